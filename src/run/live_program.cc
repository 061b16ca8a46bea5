// SPDX-License-Identifier: MIT
#include "run/live_program.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "engine/options.h"
#include "machine/machine.h"
#include "run/support.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr double kQuickSeconds = 30;  // for requests that compute nothing

// What a clock that went backward made of a burst; null: nothing.
const char* negative_time(const RunReply& run) {
  if (run.wall_ns < 0) return "wall_ns";
  if (run.cpu_ns < 0) return "cpu_ns";
  if (run.service_ns < 0) return "service_ns";
  const bool any = std::ranges::any_of(run.samples_ns, [](int64_t ns) { return ns < 0; });
  return any ? "a sample" : nullptr;
}

}  // namespace

Result<std::unique_ptr<LiveProgram>> LiveProgram::start(const Job& job, const RunOptions& options,
                                                        int64_t memory_cap_bytes) {
  const FoundWorker found = find_worker(
      job.configuration.engine, options.workers.empty() ? workers_folder() : options.workers);
  WorkerOptions worker_options;
  worker_options.command = options.launcher;
  worker_options.command.push_back(found.executable.string());
  worker_options.environment = options.environment;
  worker_options.memory_cap_bytes = memory_cap_bytes;
  worker_options.hello_deadline_seconds = options.deadlines.hello;
  worker_options.stop = options.stop;
  auto started = WorkerProcess::start(worker_options);
  if (const Step failure = failure_of(started)) return not_started(found.engine, *failure);
  auto worker = std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
  const EngineInfo info = worker->info();
  if (!found.version.empty() && info.version != found.version)
    throw Error("engine {} is version {} here, not {}", found.engine, info.version, found.version);
  check_options(job.configuration.options, info);
  auto steering = option_environment(info.options, job.configuration.options);
  if (!steering.empty()) {  // known only now: the worker starts once more
    worker.reset();
    worker_options.environment.merge(steering);
    started = WorkerProcess::start(worker_options);
    if (const Step failure = failure_of(started)) return *failure;
    worker = std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
  }
  return std::unique_ptr<LiveProgram>(new LiveProgram(job, options, std::move(worker)));
}

Step LiveProgram::supports() {
  return assay::supports(*x_worker, {x_job.model.file.string(), x_job.configuration});
}

Result<LoadReply> LiveProgram::load() {
  const LoadRequest request{x_job.model.file.string(), x_job.configuration};
  const auto loaded =
      ask<LoadReply>(*x_worker, {{"type", "load"}, {"request", request}}, x_options.deadlines.load);
  if (const Step failure = failure_of(loaded)) return *failure;
  const int streams = x_job.configuration.streams;
  while (std::ssize(x_sessions) < streams) {
    const auto session =
        ask<int>(*x_worker, {{"type", "open"}}, x_options.deadlines.load, "session");
    if (const Step failure = failure_of(session)) {
      if (x_sessions.empty()) return *failure;
      return Failure{failure->outcome,
                     fmt::format("session {} of {} could not be opened: {}", x_sessions.size() + 1,
                                 streams, failure->reason)};
    }
    x_sessions.push_back(std::get<int>(session));
  }
  return loaded;
}

Step LiveProgram::bind(const std::vector<TensorFile>& inputs, bool further) {
  for (const int session : x_sessions)
    if (const Step failure = failure_of(ask<json>(
            *x_worker,
            {{"type", "bind"}, {"session", session}, {"inputs", inputs}, {"further", further}},
            kQuickSeconds)))
      return failure;
  return std::nullopt;
}

Result<RunReply> LiveProgram::run_once(double deadline_seconds) {
  const Configuration& asked = x_job.configuration;
  // On the thread that will call it later, too.
  const bool alone = asked.scenario == Scenario::single_stream;
  RunRequest request;
  request.scenario = alone ? Scenario::single_stream : Scenario::offline;
  request.sessions = {x_sessions.front()};
  request.count = 1;
  request.include_transfer = asked.include_transfer;
  return request_run(request, deadline_seconds);
}

Result<RunReply> LiveProgram::run(const Burst& burst) {
  const Configuration& asked = x_job.configuration;
  RunRequest request;
  request.scenario = burst.scenario;
  request.sessions = x_sessions;
  request.count = burst.count;
  request.max_ns = static_cast<int64_t>(burst.seconds * 1e9);
  request.idle_gap_ns = asked.idle_gap_ns;
  request.include_transfer = asked.include_transfer;
  request.fresh_inputs = asked.fresh_inputs && burst.scenario == Scenario::single_stream;
  request.starts_ns = burst.starts_ns;
  const double gap_seconds = static_cast<double>(asked.idle_gap_ns) / 1e9;
  return request_run(request, burst.seconds + gap_seconds + x_options.deadlines.run);
}

Result<RunReply> LiveProgram::request_run(const RunRequest& request, double deadline_seconds) {
  json message = request;
  message["type"] = "run";
  auto reply = ask<RunReply>(*x_worker, message, deadline_seconds);
  const bool interrupted = x_options.stop && *x_options.stop;
  const RunReply* ran = std::get_if<RunReply>(&reply);
  if (!ran) return reply;
  if (ran->samples_ns.empty() && !interrupted)
    return x_worker->condemn("answered rubbish: a burst without samples");
  if (const char* what = negative_time(*ran))
    return x_worker->condemn(
        fmt::format("answered rubbish: its clock went backward, {} is negative", what));
  return reply;
}

Result<Tensors> LiveProgram::outputs(const std::filesystem::path& folder) {
  const auto files = ask<std::vector<TensorFile>>(
      *x_worker,
      {{"type", "outputs"}, {"session", x_sessions.front()}, {"folder", folder.string()}},
      kQuickSeconds, "outputs");
  if (const Step failure = failure_of(files)) return *failure;
  try {
    return read_tensors(std::get<std::vector<TensorFile>>(files));
  } catch (const Error& error) {
    return x_worker->condemn(fmt::format("answered rubbish: {}", error.what()));
  }
}

Result<Facts> LiveProgram::facts() {
  return ask<Facts>(*x_worker, {{"type", "facts"}}, x_options.deadlines.load, "facts");
}

Result<MemoryReply> LiveProgram::end_memory_phase() {
  return ask<MemoryReply>(*x_worker, {{"type", "memory"}, {"reset", true}}, kQuickSeconds);
}

Step LiveProgram::unload() {
  return failure_of(ask<json>(*x_worker, {{"type", "unload"}}, kQuickSeconds));
}

int64_t memory_cap(const RunOptions& options, size_t live_workers) {
  if (options.memory_cap_bytes > 0) return options.memory_cap_bytes;
  const double usable =
      0.8 * static_cast<double>(probe_machine(options.machine_root).memory_available_bytes);
  return static_cast<int64_t>(usable / static_cast<double>(live_workers));
}

Result<std::vector<Tensors>> infer_each(const Job& job, std::span<const Tensors> inputs,
                                        const RunOptions& options) {
  auto started = LiveProgram::start(job, options, memory_cap(options, 1));
  if (const Step failure = failure_of(started)) return *failure;
  LiveProgram& program = *std::get<std::unique_ptr<LiveProgram>>(started);
  if (const Step failure = program.supports()) return *failure;
  if (const Step failure = failure_of(program.load())) return *failure;
  const TempDir folder;
  std::vector<Tensors> outputs;
  for (const Tensors& set : inputs) {
    if (const Step failure = program.bind(write_tensors(set, folder.path(), "input")))
      return *failure;
    const auto ran = program.run_once(options.deadlines.first_run);
    if (const Step failure = failure_of(ran)) return *failure;
    auto computed = program.outputs(folder.path());
    if (const Step failure = failure_of(computed)) return *failure;
    outputs.push_back(std::move(std::get<Tensors>(computed)));
  }
  return outputs;
}

std::variant<Tensors, Failure> infer(const Job& job, const RunOptions& options) {
  const Tensors inputs = make_inputs(job.model, job.inputs, job.seed.value_or(options.seed));
  auto outputs = infer_each(job, std::span(&inputs, 1), options);
  if (const Step failure = failure_of(outputs)) return *failure;
  return std::move(std::get<std::vector<Tensors>>(outputs).front());
}

}  // namespace assay
