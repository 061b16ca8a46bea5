// SPDX-License-Identifier: MIT
// Time as the measuring code sees it. Code that decides by time takes a Clock, so that tests give
// it a fake one; the timed loop itself reads monotonic_ns() directly, which costs tens of
// nanoseconds.
#pragma once

#include <cstdint>
#include <string>

namespace assay {

// CLOCK_MONOTONIC, in nanoseconds.
int64_t monotonic_ns();
// CPU time of this process, all threads, in nanoseconds.
int64_t process_cpu_ns();

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t now_ns() = 0;
  // UTC as "2026-11-21T10:51:50Z".
  virtual std::string utc() = 0;
};

// The machine's own clock; a stateless object with static lifetime.
Clock& system_clock();

}  // namespace assay
