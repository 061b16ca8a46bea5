// SPDX-License-Identifier: MIT
#include "run/live_program.h"

#include "base/error.h"
#include "base/files.h"
#include "machine/machine.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr double kQuickSeconds = 30;  // for requests that compute nothing

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
  if (const Step failure = failure_of(started)) return *failure;
  auto worker = std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
  const EngineInfo& info = worker->info();
  if (!found.version.empty() && info.version != found.version)
    throw Error("engine {} is version {} here, not {}", found.engine, info.version, found.version);
  check_options(job.configuration.options, info);
  return std::unique_ptr<LiveProgram>(new LiveProgram(job, options, std::move(worker)));
}

Step LiveProgram::supports() {
  const LoadRequest request{x_job.model.file.string(), x_job.configuration};
  const auto why =
      ask<json>(*x_worker, {{"type", "supports"}, {"request", request}}, kQuickSeconds, "why");
  if (const Step failure = failure_of(why)) return failure;
  const json& reason = std::get<json>(why);
  if (!reason.is_string()) return std::nullopt;
  return Failure{Outcome::unsupported, reason.get<std::string>()};
}

Result<LoadReply> LiveProgram::load() {
  const LoadRequest request{x_job.model.file.string(), x_job.configuration};
  const auto loaded =
      ask<LoadReply>(*x_worker, {{"type", "load"}, {"request", request}}, x_options.deadlines.load);
  if (const Step failure = failure_of(loaded)) return *failure;
  const auto session = ask<int>(*x_worker, {{"type", "open"}}, x_options.deadlines.load, "session");
  if (const Step failure = failure_of(session)) return *failure;
  x_session = std::get<int>(session);
  return loaded;
}

Step LiveProgram::bind(const std::vector<TensorFile>& inputs) {
  return failure_of(ask<json>(
      *x_worker, {{"type", "bind"}, {"session", x_session}, {"inputs", inputs}}, kQuickSeconds));
}

Result<RunReply> LiveProgram::run(int64_t count, double seconds, double deadline_seconds) {
  json message = RunRequest{x_session, count, static_cast<int64_t>(seconds * 1e9)};
  message["type"] = "run";
  auto reply = ask<RunReply>(*x_worker, message, deadline_seconds);
  if (const RunReply* ran = std::get_if<RunReply>(&reply); ran && ran->samples_ns.empty())
    return x_worker->condemn("answered rubbish: a burst without samples");
  return reply;
}

Result<Tensors> LiveProgram::outputs(const std::filesystem::path& folder) {
  const auto files = ask<std::vector<TensorFile>>(
      *x_worker, {{"type", "outputs"}, {"session", x_session}, {"folder", folder.string()}},
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

Result<MemoryReply> LiveProgram::memory() {
  return ask<MemoryReply>(*x_worker, {{"type", "memory"}, {"reset", false}}, kQuickSeconds);
}

Step LiveProgram::unload() {
  return failure_of(ask<json>(*x_worker, {{"type", "unload"}}, kQuickSeconds));
}

int64_t memory_cap(const RunOptions& options, size_t live_workers) {
  if (options.memory_cap_bytes > 0) return options.memory_cap_bytes;
  const double usable = 0.8 * static_cast<double>(probe_machine().memory_available_bytes);
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
    const auto ran = program.run(1, 0, options.deadlines.first_run);
    if (const Step failure = failure_of(ran)) return *failure;
    auto computed = program.outputs(folder.path());
    if (const Step failure = failure_of(computed)) return *failure;
    outputs.push_back(std::move(std::get<Tensors>(computed)));
  }
  return outputs;
}

std::variant<Tensors, Failure> infer(const Job& job, const RunOptions& options) {
  const Tensors inputs = make_inputs(job.model, job.inputs, options.seed);
  auto outputs = infer_each(job, std::span(&inputs, 1), options);
  if (const Step failure = failure_of(outputs)) return *failure;
  return std::move(std::get<std::vector<Tensors>>(outputs).front());
}

}  // namespace assay
