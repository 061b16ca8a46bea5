// SPDX-License-Identifier: MIT
// LoadWatch sees what else happened to the processors while workers were measured: other work (all
// CPU time of the machine, less that of the workers and of this process), what the hypervisor took,
// and how long a quota held this group's processes back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <utility>

#include "base/clock.h"
#include "machine/cpu_times.h"
#include "run/worker_process.h"

namespace assay {

class LoadWatch {
 public:
  explicit LoadWatch(std::filesystem::path root = "/", Clock& clock = system_clock())
      : x_root(std::move(root)), x_clock(clock) {}

  void start(std::span<WorkerProcess* const> workers);
  // Between start and stop, so that the time of a worker that dies is known up to here.
  void look(std::span<WorkerProcess* const> workers);
  void stop(std::span<WorkerProcess* const> workers);
  // Cores, over all watched time, less what the kernel's ticks of 10 ms may have made up: of a
  // short time only much is seen.
  double other_cores() const { return cores(x_other_seconds); }
  double stolen_cores() const { return cores(x_stolen_seconds); }
  double throttled_cores() const;

 private:
  double cores(double seconds) const;

  std::filesystem::path x_root;
  Clock& x_clock;
  std::map<pid_t, int64_t> x_first_ns, x_last_ns;  // CPU time of each worker
  CpuTimes x_before;
  int64_t x_host_before_ns = 0, x_start_ns = 0;
  double x_throttled_before_seconds = 0;
  double x_other_seconds = 0, x_stolen_seconds = 0, x_throttled_seconds = 0, x_watched_seconds = 0;
};

}  // namespace assay
