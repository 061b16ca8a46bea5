// SPDX-License-Identifier: MIT
#include "run/runner.h"

#include "run/interleaving.h"
#include "run/schedule.h"

namespace assay {

std::vector<Measurement> measure_interleaved(std::span<const Job> jobs, const RunOptions& options) {
  if (jobs.empty()) return {};
  Interleaving live(jobs, options);
  const double seconds = options.max_seconds / options.processes;
  for (int process = 0; process < options.processes; ++process) {
    if (process > 0 && options.stop && *options.stop) break;
    live.run_process({seconds, burst_seconds(seconds)});
  }
  return live.take();
}

Measurement measure(const Job& job, const RunOptions& options) {
  return std::move(measure_interleaved(std::span(&job, 1), options).front());
}

bool was_interrupted(const Measurement& measurement) {
  return measurement.outcome == Outcome::run_failed && measurement.reason == kInterrupted;
}

}  // namespace assay
