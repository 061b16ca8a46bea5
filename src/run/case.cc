// SPDX-License-Identifier: MIT
#include "run/case.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/clock.h"
#include "base/error.h"
#include "engine/options.h"
#include "graph/cost.h"
#include "run/fake_clock.h"
#include "run/job_inputs.h"
#include "run/phases.h"
#include "run/reference.h"
#include "run/series_judgement.h"
#include "run/worker_environment.h"

namespace assay {
namespace {

// Seeds of the second input: any that is not the first's.
constexpr uint64_t kOtherSeed = 0x9e3779b97f4a7c15u;

int64_t moved_bytes_of(const Cost& cost) {
  int64_t bytes = 0;
  for (const LayerCost& layer : cost.layers) bytes += layer.moved_bytes;
  return bytes;
}

ModelCost cost_of(const Graph& graph) {
  const Cost cost = analyse(graph);
  return {cost.parameters, cost.macs, cost.activations, cost.peak_activation_bytes,
          moved_bytes_of(cost)};
}

bool has_samples(const Measurement& measurement) {
  return std::ranges::any_of(measurement.processes, [](const ProcessSamples& process) {
    return !process.latency_ns.empty();
  });
}

}  // namespace

Case::Case(const Job& job, const RunOptions& options) : x_job(job), x_options(options) {
  Configuration& configuration = x_job.configuration;
  if (configuration.model.empty()) configuration.model = job.model.name;
  configuration.model_sha256 = job.model.sha256;
  configuration.input = job.model.input;
  x_measurement.id = make_ulid();
  x_measurement.started_at = system_clock().utc();
  x_measurement.artifact_bytes = job.model.file_bytes;
  if (job.model.graph) x_measurement.cost = cost_of(*job.model.graph);
  const std::vector<Tensors> calls = inputs_of_calls(job, options.seed);
  x_first = calls.front();
  x_second = make_inputs(job.model, {}, job.seed.value_or(options.seed) ^ kOtherSeed);
  x_first_files = write_tensors(x_first, x_folder.path(), "first");
  for (size_t i = 1; i < calls.size(); ++i)
    x_further_files.push_back(
        write_tensors(calls[i], x_folder.path(), fmt::format("further_{}", i)));
  if (options.fake_clock) return;
  FoundCounter found = find_energy_counter(configuration.device, options.machine_root);
  if (found.counter) x_meter = std::make_unique<EnergyMeter>(std::move(found.counter));
}

WorkerProcess* Case::worker() const {
  return x_trial && x_trial->program() ? &x_trial->program()->worker() : nullptr;
}

void Case::note(const Step& step) {
  if (!step || x_ended) return;
  x_ended = true;
  close();
  // An interrupt ends the sampling, not what was sampled.
  if (step->reason == kInterrupted && has_samples(x_measurement)) return;
  x_measurement.outcome = step->outcome;
  x_measurement.reason = step->reason;
}

void Case::take_info(const EngineInfo& info) {
  x_job.configuration.engine_version = info.version;
  x_measurement.synthetic = info.synthetic;
  x_host = info.host;
  x_environment = x_options.environment;
  x_environment.merge(option_environment(info.options, x_job.configuration.options));
}

void Case::consider(int64_t memory_cap_bytes) {
  auto started = LiveProgram::start(x_job, x_options, memory_cap_bytes);
  if (const Step failure = failure_of(started)) return note(failure);
  LiveProgram& program = *std::get<std::unique_ptr<LiveProgram>>(started);
  take_info(program.info());
  note(program.supports());
  std::get<std::unique_ptr<LiveProgram>>(started).reset();
  if (x_ended || x_measurement.synthetic || !x_options.check_output) return;
  x_reference = reference_outputs(x_job, x_first, x_second, x_options);
  if (x_reference && x_job.model.graph) x_reference->scales = output_scales(*x_job.model.graph);
}

void Case::start(int64_t memory_cap_bytes, double budget_seconds) {
  if (x_ended) return;
  x_trial =
      std::make_unique<Trial>(x_job, x_options, x_measurement.processes.size(), budget_seconds);
  const Step failure = x_trial->prepare(x_first_files, memory_cap_bytes);
  if (x_trial->program()) take_info(x_trial->program()->info());
  note(failure);
  if (!x_ended && !x_checked) check();
  if (!x_ended) bind_further();
}

void Case::bind_further() {
  for (const auto& files : x_further_files)
    if (const Step failure = x_trial->program()->bind(files, true)) return note(failure);
}

void Case::check() {
  x_checked = true;
  if (!x_options.check_output || x_measurement.synthetic) return;
  const auto computed = compute();
  if (const Step failure = failure_of(computed)) return note(failure);
  const CheckedOutput checked =
      check_output(std::get<Computed>(computed), x_reference ? &*x_reference : nullptr,
                   x_job.configuration.precision);
  x_measurement.output_check = checked.check;
  for (const Doubt doubt : checked.doubts) add_doubt(x_measurement.doubts, doubt);
  note(checked.failure);
}

Result<Computed> Case::compute() {
  LiveProgram& program = *x_trial->program();
  auto first = program.outputs(x_folder.path());
  if (const Step failure = failure_of(first)) return *failure;
  Computed computed{std::move(std::get<Tensors>(first)), {}};
  if (x_job.configuration.precision != "int8" || !x_reference) return computed;
  if (const Step failure = program.bind(write_tensors(x_second, x_folder.path(), "second")))
    return *failure;
  if (const Step failure = failure_of(program.run_once(x_options.deadlines.first_run)))
    return *failure;
  auto second = program.outputs(x_folder.path());
  if (const Step failure = failure_of(second)) return *failure;
  computed.second = std::move(std::get<Tensors>(second));
  if (const Step failure = program.bind(x_first_files)) return *failure;
  return computed;
}

void Case::warm_up() {
  if (!x_ended) note(x_trial->warm_up());
}

bool Case::begin_idle() {
  x_idle_joules = x_meter && !x_ended ? x_meter->joules() : std::nullopt;
  return x_idle_joules.has_value();
}

void Case::end_idle(double seconds) {
  const auto after = x_idle_joules ? x_meter->joules() : std::nullopt;
  if (after) x_idle_watts = (*after - *x_idle_joules) / seconds;
}

void Case::burst(double seconds) {
  if (x_ended) return;
  const auto before = x_meter ? x_meter->joules() : std::nullopt;
  const Step failure = x_trial->burst(seconds);
  const auto after = x_meter ? x_meter->joules() : std::nullopt;
  if (!failure && before && after) x_trial->add_joules(*after - *before);
  note(failure);
}

bool Case::sampled() const {
  return has_samples(x_measurement) || (x_trial && !x_trial->samples().latency_ns.empty());
}

void Case::note_idle(double cpu_seconds, double seconds) {
  if (x_trial) x_trial->note_idle(cpu_seconds, seconds);
}

void Case::finish() {
  if (x_ended) return;
  note(x_trial->finish());
  if (!x_ended && x_measurement.processes.empty() && !interrupted()) time_phases();
  if (!x_ended && x_measurement.processes.empty() && !interrupted()) ask_for_facts();
  if (!x_ended && !interrupted()) note(x_trial->program()->unload());
  close();
}

void Case::time_phases() {
  if (!x_job.picture) return;
  auto outputs = x_trial->program()->outputs(x_folder.path());
  if (const Step failure = failure_of(outputs)) return note(failure);
  try {
    x_measurement.phases = timed_phases(*x_job.picture, std::get<Tensors>(outputs));
  } catch (const Error& error) {  // the picture was removed; what was measured stands
    x_measurement.facts.notes["phases"] = fmt::format("not measured: {}", error.what());
  }
}

void Case::ask_for_facts() {
  auto facts = x_trial->program()->facts();
  const Step failure = failure_of(facts);
  if (!failure) {
    Facts& stated = std::get<Facts>(facts);
    stated.notes.merge(x_measurement.facts.notes);
    x_measurement.facts = std::move(stated);
  } else if (worker()->end()) {
    note(failure);
  } else {  // what was measured stands without them, and the reader is told
    x_measurement.facts.notes["facts"] = "not stated: " + failure->reason;
  }
}

void Case::close() {
  if (!x_trial) return;
  if (!x_trial->samples().latency_ns.empty() || x_trial->samples().load_seconds > 0)
    find_steady_part(x_measurement.processes.emplace_back(x_trial->samples()),
                     x_job.configuration.scenario);
  x_trial.reset();
}

void Case::sum_up_facts() {
  Facts& facts = x_measurement.facts;
  facts.environment.merge(x_environment);  // the worker has stated more, or has not come to it
  if (const auto dropped = dropped_variables(); !dropped.empty())
    facts.notes["environment_dropped"] = fmt::format("{}", fmt::join(dropped, " "));
  if (x_host != EngineInfo().host) facts.notes["host"] = x_host;
  double cpu_seconds = 0, wall_seconds = 0;
  for (const ProcessSamples& process : x_measurement.processes) {
    cpu_seconds += process.cpu_seconds;
    wall_seconds += process.wall_seconds;
  }
  if (wall_seconds > 0) {
    facts.cpu_seconds = cpu_seconds;
    facts.wall_seconds = wall_seconds;
  }
  note_coverage();
}

// The energy of all bursts or none: a part would be taken for the whole.
void Case::sum_up_energy() {
  if (!x_meter) return;
  const bool whole =
      std::ranges::all_of(x_measurement.processes, [](const ProcessSamples& process) {
        return process.burst_joules.size() == process.burst_sizes.size();
      });
  if (whole) {
    x_measurement.energy = Energy{x_meter->name(), x_idle_watts};
    return;
  }
  for (ProcessSamples& process : x_measurement.processes) process.burst_joules.clear();
  x_measurement.facts.notes["energy"] =
      fmt::format("not measured: {} could not be read to the end", x_meter->name());
}

// The precisions' shares are of the MACs that the engine gives account of; a reader must know when
// that is not all.
void Case::note_coverage() {
  if (is_unproven(x_measurement) && !x_measurement.facts.layers.empty())
    x_measurement.facts.notes["precision_executed"] = fmt::format(
        "shares of the {:.0f} % of the model's MACs that the engine's layers account for",
        100 * *share_accounted_for(x_measurement));
}

Measurement Case::take(const Machine& machine, const Surroundings& surroundings) {
  close();
  if (!x_ended && !has_samples(x_measurement)) note(Failure{Outcome::run_failed, kInterrupted});
  sum_up_facts();
  sum_up_energy();
  x_measurement.configuration = x_job.configuration;
  std::string& engine = x_measurement.configuration.engine;
  engine = without_version(engine);
  if (x_options.fake_clock) make_exact(x_measurement);
  if (x_measurement.outcome == Outcome::ok) {
    judge_steadiness(x_measurement);
    judge_noise(x_measurement);
    if (x_options.ci_target > 0) judge_target(x_measurement, x_options.ci_target);
    if (!x_measurement.synthetic && x_options.check_output && x_job.model.graph &&
        has_constant_weights(*x_job.model.graph))
      add_doubt(x_measurement.doubts, Doubt::constant_weights);
    if (!x_options.check_output && !x_measurement.synthetic)
      add_doubt(x_measurement.doubts, Doubt::unchecked_output);
    for (const Doubt doubt : doubts_of(x_measurement, machine, surroundings, x_options.min_samples))
      add_doubt(x_measurement.doubts, doubt);
  } else {
    x_measurement.doubts.clear();
  }
  return std::move(x_measurement);
}

}  // namespace assay
