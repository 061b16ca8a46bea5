// SPDX-License-Identifier: MIT
#include "run/load_watch.h"

#include <algorithm>

#include "machine/cgroup.h"

namespace assay {
namespace {

constexpr double kTickSlackSeconds = 0.03;  // by which counts of ticks may be wrong

}  // namespace

void LoadWatch::start(std::span<WorkerProcess* const> workers) {
  x_first_ns.clear();
  x_last_ns.clear();
  for (const WorkerProcess* worker : workers)
    x_first_ns[worker->pid()] = worker->cpu_ns().value_or(0);
  x_before = read_cpu_times(x_root);
  x_throttled_before_seconds = throttled_seconds(x_root);
  x_host_before_ns = process_cpu_ns();
  x_start_ns = x_clock.now_ns();
}

void LoadWatch::look(std::span<WorkerProcess* const> workers) {
  for (const WorkerProcess* worker : workers)
    if (const auto used = worker->cpu_ns()) x_last_ns[worker->pid()] = *used;
}

void LoadWatch::stop(std::span<WorkerProcess* const> workers) {
  look(workers);
  const CpuTimes after = read_cpu_times(x_root);
  double others = after.busy - x_before.busy;
  others -= static_cast<double>(process_cpu_ns() - x_host_before_ns) / 1e9;
  for (const auto& [pid, last_ns] : x_last_ns)
    others -= static_cast<double>(last_ns - x_first_ns[pid]) / 1e9;
  x_other_seconds += others;
  x_stolen_seconds += after.steal - x_before.steal;
  x_throttled_seconds += throttled_seconds(x_root) - x_throttled_before_seconds;
  x_watched_seconds += static_cast<double>(x_clock.now_ns() - x_start_ns) / 1e9;
}

double LoadWatch::cores(double seconds) const {
  if (x_watched_seconds <= 0) return 0;
  return std::max(0.0, seconds - kTickSlackSeconds) / x_watched_seconds;
}

double LoadWatch::throttled_cores() const {
  return x_watched_seconds > 0 ? std::max(0.0, x_throttled_seconds) / x_watched_seconds : 0;
}

}  // namespace assay
