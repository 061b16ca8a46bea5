// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <fmt/chrono.h>
#include <time.h>

namespace assay {
namespace {

int64_t read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

class SystemClock : public Clock {
 public:
  int64_t now_ns() override { return monotonic_ns(); }
  std::string utc() override {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time(nullptr)));
  }
};

}  // namespace

int64_t monotonic_ns() {
  return read_clock(CLOCK_MONOTONIC);
}
int64_t process_cpu_ns() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace assay
