// SPDX-License-Identifier: MIT
// Case is one job on its way to a Measurement, through all its processes. Every step takes note of
// a failure itself and ends the case; a case that has ended ignores further steps, so that its
// neighbours in an interleaving go on.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "machine/energy.h"
#include "run/measurement_doubts.h"
#include "run/output_check.h"
#include "run/trial.h"

namespace assay {

class Case {
 public:
  // Error when an input that was given does not fit the model.
  Case(const Job& job, const RunOptions& options);

  // Asks the engine whether it can, and then a referee for the outputs to compare with. Starts
  // workers of its own, so before any other is live.
  void consider(int64_t memory_cap_bytes);
  // A fresh process: loaded, run once; in the first one the output is checked. It will be sampled
  // for at most so many seconds.
  void start(int64_t memory_cap_bytes, double budget_seconds);
  void warm_up();
  // What the energy's sensor counts from here to end_idle(), while nobody does anything. False
  // where there is none.
  bool begin_idle();
  void end_idle(double seconds);
  void burst(double seconds);
  // What it used of the processor while another case had its burst.
  void note_idle(double cpu_seconds, double seconds);
  // Memory and, in the first process, the facts; unloads, keeps the samples and ends the worker.
  void finish();
  // The whole measurement; the case is spent.
  Measurement take(const Machine& machine, const Surroundings& surroundings);

  bool ended() const { return x_ended; }
  // What the processes gave that are finished, with their steady parts.
  const std::vector<ProcessSamples>& processes() const { return x_measurement.processes; }
  // It has samples, of a finished process or of the one under way.
  bool sampled() const;
  bool wants_more() { return !x_ended && x_trial && !x_trial->done(); }
  // The live worker; null when there is none.
  WorkerProcess* worker() const;

 private:
  void note(const Step& step);
  void take_info(const EngineInfo& info);
  void check();
  void bind_further();
  void time_phases();
  void ask_for_facts();
  Result<Computed> compute();
  void close();
  void sum_up_facts();
  void sum_up_energy();
  void note_coverage();
  bool interrupted() const { return x_options.stop && *x_options.stop; }

  Job x_job;
  const RunOptions& x_options;
  TempDir x_folder;
  Tensors x_first, x_second;  // inputs
  std::vector<TensorFile> x_first_files;
  std::vector<std::vector<TensorFile>> x_further_files;  // when each call has fresh inputs
  std::optional<ReferenceOutputs> x_reference;
  std::unique_ptr<Trial> x_trial;
  std::unique_ptr<EnergyMeter> x_meter;  // null: no sensor
  std::optional<double> x_idle_joules;   // when begin_idle() looked
  std::optional<double> x_idle_watts;
  Measurement x_measurement;
  std::string x_host = EngineInfo().host;
  std::map<std::string, std::string> x_environment;  // set for the workers of this case
  bool x_checked = false, x_ended = false;
};

}  // namespace assay
