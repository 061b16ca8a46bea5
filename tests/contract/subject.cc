// SPDX-License-Identifier: MIT
#include "contract/subject.h"

#include <algorithm>

#include "base/names.h"
#include "onnx/onnx.h"

namespace assay {

using nlohmann::json;

std::vector<std::string> built_workers() {
  return split(ASSAY_BUILT_WORKERS, ',');
}

std::string worker_path(const std::string& engine) {
  return std::string(ASSAY_WORKERS_FOLDER) + "/" + engine;
}

LoadRequest request_for(const Graph& graph, const TempDir& folder) {
  LoadRequest request;
  std::string name = graph.name();
  std::ranges::replace(name, '/', '_');
  request.path = folder.path() / (name + ".onnx");
  write_onnx(graph, request.path);
  for (const ValueId id : graph.inputs())
    request.configuration.input[graph.value(id).name] = graph.value(id).shape.value();
  return request;
}

Subject::Subject(const std::string& engine, int64_t memory_cap_bytes,
                 std::map<std::string, std::string> environment) {
  WorkerOptions options;
  options.command = {worker_path(engine)};
  options.memory_cap_bytes = memory_cap_bytes;
  options.environment = std::move(environment);
  options.environment["XDG_CACHE_HOME"] = x_folder.path();  // what engines keep of these models
  auto started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started))
    throw std::runtime_error(engine + " does not start: " + failure->reason);
  x_process = std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
}

json Subject::ask(const json& message) {
  Reply reply = x_process->request(message, 60);
  if (const Failure* failure = std::get_if<Failure>(&reply))
    throw std::runtime_error(message.at("type").get<std::string>() + " failed: " + failure->reason);
  return std::get<json>(reply);
}

Failure Subject::failure(const json& message, double deadline_seconds) {
  Reply reply = x_process->request(message, deadline_seconds);
  if (const Failure* failure = std::get_if<Failure>(&reply)) return *failure;
  return {Outcome::ok, ""};
}

int Subject::load(const LoadRequest& request) {
  ask({{"type", "load"}, {"request", request}});
  return open();
}

void Subject::bind(int session, const Tensors& inputs, bool further) {
  const auto files = write_tensors(inputs, x_folder.path(), "in");
  ask({{"type", "bind"}, {"session", session}, {"inputs", files}, {"further", further}});
}

RunReply Subject::run(int session, int64_t count, int64_t max_ns) {
  RunRequest request;
  request.sessions = {session};
  request.count = count;
  request.max_ns = max_ns;
  return run(request);
}

RunReply Subject::run(const RunRequest& request) {
  json message = request;
  message["type"] = "run";
  return ask(message).get<RunReply>();
}

Tensors Subject::outputs(int session) {
  const json reply =
      ask({{"type", "outputs"}, {"session", session}, {"folder", x_folder.path().string()}});
  return read_tensors(reply.at("outputs").get<std::vector<TensorFile>>());
}

Tensors Subject::compute(int session, const Tensors& inputs) {
  bind(session, inputs);
  run(session);
  return outputs(session);
}

}  // namespace assay
