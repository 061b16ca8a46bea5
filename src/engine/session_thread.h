// SPDX-License-Identifier: MIT
// SessionThread runs jobs one after the other on a thread of its own. Each session that runs beside
// others has one for all its life, because engines keep pools and caches by calling thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace assay {

class SessionThread {
 public:
  SessionThread();
  // Waits for the job under way.
  ~SessionThread();
  SessionThread(const SessionThread&) = delete;

  // Hands over the next job, which must not throw; the one before must have ended.
  void post(std::function<void()> job);

 private:
  void serve();

  std::mutex x_mutex;
  std::condition_variable x_posted;
  std::function<void()> x_job;
  bool x_ending = false;
  std::thread x_thread;
};

}  // namespace assay
