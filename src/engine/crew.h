// SPDX-License-Identifier: MIT
// Crew is the sessions that run at once in one burst, each on its own thread. While they run, the
// worker's main thread watches whether the host wants them to stop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>

#include "engine/open_session.h"

namespace assay {

// True once the burst under way is to end early.
using Interrupted = std::function<bool()>;

// Sleeps until the monotonic clock says `end_ns`; false when `interrupted` came first.
bool sleep_until_ns(int64_t end_ns, const Interrupted& interrupted);

class Crew {
 public:
  Crew(std::span<OpenSession* const> sessions, const Interrupted& interrupted)
      : x_sessions(sessions), x_interrupted(interrupted) {}

  size_t size() const { return x_sessions.size(); }
  OpenSession& session(size_t index) { return *x_sessions[index]; }

  // job(i) on the thread of session i, for all at once; returns when all have ended. What the first
  // of them threw is thrown again.
  void run(const std::function<void(size_t)>& job);

  // For the jobs: no further call is to be started.
  bool stopped() const { return x_stopped; }
  // For a job that must go on after an exception: keeps it and stops the others.
  void fail(std::exception_ptr error);

 private:
  void finish_one();

  std::span<OpenSession* const> x_sessions;
  const Interrupted& x_interrupted;
  std::atomic<bool> x_stopped = false;
  std::mutex x_mutex;
  std::condition_variable x_ended;
  size_t x_running = 0;
  std::exception_ptr x_error;
};

}  // namespace assay
