// SPDX-License-Identifier: MIT
// LoadWatch sees how busy the machine is with other work while workers are measured: all CPU time
// of the machine, less that of the workers and of this process.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "machine/cpu_times.h"
#include "run/worker_process.h"

namespace assay {

class LoadWatch {
 public:
  void start(std::span<WorkerProcess* const> workers);
  // Between start and stop, so that the time of a worker that dies is known up to here.
  void look(std::span<WorkerProcess* const> workers);
  void stop(std::span<WorkerProcess* const> workers);
  // Cores busy with other work over all watched time; 0 when that is too short for the kernel's
  // ticks.
  double other_cores() const;

 private:
  std::map<pid_t, int64_t> x_first_ns, x_last_ns;  // CPU time of each worker
  CpuTimes x_before;
  int64_t x_host_before_ns = 0, x_start_ns = 0;
  double x_other_seconds = 0, x_watched_seconds = 0;
};

}  // namespace assay
