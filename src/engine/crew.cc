// SPDX-License-Identifier: MIT
#include "engine/crew.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "base/clock.h"

namespace assay {
namespace {

constexpr int64_t kLookNs = 20'000'000;  // how late an interrupt is seen

}  // namespace

bool sleep_until_ns(int64_t end_ns, const Interrupted& interrupted) {
  while (true) {
    const int64_t now_ns = monotonic_ns();
    if (now_ns >= end_ns) return true;
    const int64_t slice_ns = std::min(end_ns, now_ns + kLookNs);
    const timespec until{slice_ns / 1'000'000'000, slice_ns % 1'000'000'000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
    if (slice_ns < end_ns && interrupted()) return false;
  }
}

void Crew::run(const std::function<void(size_t)>& job) {
  x_running = x_sessions.size();
  for (size_t i = 0; i < x_sessions.size(); ++i)
    x_sessions[i]->thread().post([this, &job, i] {
      try {
        job(i);
      } catch (...) {
        fail(std::current_exception());
      }
      finish_one();
    });
  std::unique_lock lock(x_mutex);
  while (!x_ended.wait_for(lock, std::chrono::nanoseconds(kLookNs), [&] { return x_running == 0; }))
    if (x_interrupted()) x_stopped = true;
  if (x_error) std::rethrow_exception(std::exchange(x_error, nullptr));
}

void Crew::fail(std::exception_ptr error) {
  const std::lock_guard lock(x_mutex);
  if (!x_error) x_error = std::move(error);
  x_stopped = true;
}

// Under the lock to the end: the crew is gone as soon as the last one is counted.
void Crew::finish_one() {
  const std::lock_guard lock(x_mutex);
  --x_running;
  x_ended.notify_one();
}

}  // namespace assay
