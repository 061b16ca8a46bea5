// SPDX-License-Identifier: MIT
// Subject is a live worker under the contract suite: the protocol's requests as calls that fail the
// test when the worker fails, and as calls that expect it to fail.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <string>

#include "base/files.h"
#include "graph/graph.h"
#include "run/tensor_files.h"
#include "run/worker_process.h"

namespace assay {

// The engines whose workers were built, as the build lists them.
std::vector<std::string> built_workers();
std::string worker_path(const std::string& engine);
// gtest's name of a parameterized test.
inline std::string engine_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;  // "openvino@2026.3.1" is no test's name
  std::ranges::replace_if(
      name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

// Writes the graph as ONNX; the configuration that goes with it.
LoadRequest request_for(const Graph& graph, const TempDir& folder);

class Subject {
 public:
  explicit Subject(const std::string& engine, int64_t memory_cap_bytes = 0,
                   std::map<std::string, std::string> environment = {});

  WorkerProcess& process() { return *x_process; }
  const EngineInfo& info() const { return x_process->info(); }

  nlohmann::json ask(const nlohmann::json& message);
  // Outcome::ok when it does not fail.
  Failure failure(const nlohmann::json& message, double deadline_seconds = 60);

  // Loads and opens a session, whose number it gives.
  int load(const LoadRequest& request);
  int open() { return ask({{"type", "open"}}).value("session", 0); }
  void bind(int session, const Tensors& inputs, bool further = false);
  RunReply run(int session, int64_t count = 1, int64_t max_ns = 0);
  RunReply run(const RunRequest& request);
  Tensors outputs(int session);
  Tensors compute(int session, const Tensors& inputs);
  Facts facts() { return ask({{"type", "facts"}}).at("facts").get<Facts>(); }

 private:
  TempDir x_folder;
  std::unique_ptr<WorkerProcess> x_process;
};

}  // namespace assay
