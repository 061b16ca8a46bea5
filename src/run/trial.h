// SPDX-License-Identifier: MIT
// Trial is one job in one fresh process: loaded, run once, warmed up, sampled in bursts. Samples
// that were taken stay when it fails. The steps are called in the order of this header.
#pragma once

#include <memory>
#include <vector>

#include "run/live_program.h"
#include "stats/stopping.h"

namespace assay {

class Trial {
 public:
  // The job's process number `process`, from 0, which is sampled for at most `budget_seconds`. The
  // job and the options must outlive the trial.
  Trial(const Job& job, const RunOptions& options, size_t process, double budget_seconds)
      : x_job(job),
        x_options(options),
        x_process(process),
        x_budget_seconds(budget_seconds),
        x_target(target_of_each(options.ci_target, options.processes)) {}

  // Starts the worker, loads, binds, runs once. Error as LiveProgram::start.
  Step prepare(const std::vector<TensorFile>& inputs, int64_t memory_cap_bytes);
  Step warm_up();
  // One burst of at most so many seconds. The scenarios offline and server, in which what is left
  // over at the end of a burst would show, get all that is left of the budget at once.
  Step burst(double seconds);
  // Enough sampled (the target of the interval reached, or the time over), or interrupted.
  bool done();
  // What a sensor counted during the last burst.
  void add_joules(double joules) { x_samples.burst_joules.push_back(joules); }
  // What the worker used of the processor while another one had its burst.
  void note_idle(double cpu_seconds, double seconds) {
    x_samples.idle_cpu_seconds += cpu_seconds;
    x_samples.idle_seconds += seconds;
  }
  // The last look at memory.
  Step finish();

  LiveProgram* program() { return x_program.get(); }
  const ProcessSamples& samples() const { return x_samples; }

 private:
  bool interrupted() const { return x_options.stop && *x_options.stop; }

  LiveProgram::Burst next_burst(double seconds) const;
  void keep(const RunReply& run, double planned_seconds);
  void keep_speed(const RunReply& run);
  // Ends a phase of memory: resident now, and the highest since the phase before ended.
  Step take_memory(int64_t& rss_bytes, int64_t& peak_rss_bytes);

  const Job& x_job;
  const RunOptions& x_options;
  size_t x_process;
  double x_budget_seconds;
  MedianTarget x_target;
  std::unique_ptr<LiveProgram> x_program;
  ProcessSamples x_samples;
};

}  // namespace assay
