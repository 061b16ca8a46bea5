// SPDX-License-Identifier: MIT
#include "run/load_watch.h"

#include <algorithm>

#include "base/clock.h"

namespace assay {
namespace {

constexpr double kShortestSeconds = 0.5;

}  // namespace

void LoadWatch::start(std::span<WorkerProcess* const> workers) {
  x_first_ns.clear();
  x_last_ns.clear();
  for (const WorkerProcess* worker : workers)
    x_first_ns[worker->pid()] = worker->cpu_ns().value_or(0);
  x_before = read_cpu_times();
  x_host_before_ns = process_cpu_ns();
  x_start_ns = monotonic_ns();
}

void LoadWatch::look(std::span<WorkerProcess* const> workers) {
  for (const WorkerProcess* worker : workers)
    if (const auto used = worker->cpu_ns()) x_last_ns[worker->pid()] = *used;
}

void LoadWatch::stop(std::span<WorkerProcess* const> workers) {
  look(workers);
  const CpuTimes after = read_cpu_times();
  double others = after.busy + after.steal - x_before.busy - x_before.steal;
  others -= static_cast<double>(process_cpu_ns() - x_host_before_ns) / 1e9;
  for (const auto& [pid, last_ns] : x_last_ns)
    others -= static_cast<double>(last_ns - x_first_ns[pid]) / 1e9;
  x_other_seconds += others;
  x_watched_seconds += static_cast<double>(monotonic_ns() - x_start_ns) / 1e9;
}

double LoadWatch::other_cores() const {
  if (x_watched_seconds < kShortestSeconds) return 0;
  return std::max(0.0, x_other_seconds / x_watched_seconds);
}

}  // namespace assay
