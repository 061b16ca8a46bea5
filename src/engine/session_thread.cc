// SPDX-License-Identifier: MIT
#include "engine/session_thread.h"

#include <sys/prctl.h>

#include <utility>

namespace assay {

SessionThread::SessionThread() : x_thread([this] { serve(); }) {}

SessionThread::~SessionThread() {
  {
    const std::lock_guard lock(x_mutex);
    x_ending = true;
  }
  x_posted.notify_one();
  x_thread.join();
}

void SessionThread::post(std::function<void()> job) {
  {
    const std::lock_guard lock(x_mutex);
    x_job = std::move(job);
  }
  x_posted.notify_one();
}

void SessionThread::serve() {
  prctl(PR_SET_TIMERSLACK, 1);  // by default the kernel lets a sleep last 50 us longer
  std::unique_lock lock(x_mutex);
  while (true) {
    x_posted.wait(lock, [this] { return x_job || x_ending; });
    if (!x_job) return;
    const std::function<void()> job = std::exchange(x_job, nullptr);
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace assay
