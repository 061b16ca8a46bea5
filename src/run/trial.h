// SPDX-License-Identifier: MIT
// Trial is one job in one fresh process: loaded, run once, warmed up, sampled in bursts. Samples
// that were taken stay when it fails. The steps are called in the order of this header.
#pragma once

#include <memory>
#include <vector>

#include "run/live_program.h"

namespace assay {

class Trial {
 public:
  // `budget_seconds` of sampling. The job and the options must outlive the trial.
  Trial(const Job& job, const RunOptions& options, double budget_seconds)
      : x_job(job), x_options(options), x_budget_seconds(budget_seconds) {}

  // Starts the worker, loads, binds, runs once. Error as LiveProgram::start.
  Step prepare(const std::vector<TensorFile>& inputs, int64_t memory_cap_bytes);
  Step warm_up();
  // One burst of at most so many seconds.
  Step burst(double seconds);
  // Enough sampled, or interrupted.
  bool done() const;
  // The last look at memory.
  Step finish();

  LiveProgram* program() { return x_program.get(); }
  const ProcessSamples& samples() const { return x_samples; }

 private:
  bool interrupted() const { return x_options.stop && *x_options.stop; }

  const Job& x_job;
  const RunOptions& x_options;
  double x_budget_seconds;
  std::unique_ptr<LiveProgram> x_program;
  ProcessSamples x_samples;
};

}  // namespace assay
