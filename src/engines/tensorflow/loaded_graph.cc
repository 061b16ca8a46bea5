// SPDX-License-Identifier: MIT
#include "engines/tensorflow/loaded_graph.h"

#include <malloc.h>

#include <cstring>
#include <new>

namespace assay {
namespace {

std::vector<Port> ports_of(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<Port> ports;
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    ports.push_back({value.name, value.dtype, value.shape.value()});
  }
  return ports;
}

TF_Tensor* zeros(const Port& port) {
  const size_t bytes = static_cast<size_t>(element_count(port.shape)) * size_of(port.dtype);
  TF_Tensor* tensor = tensorflow().AllocateTensor(as_theirs(port.dtype), port.shape.data(),
                                                  static_cast<int>(port.shape.size()), bytes);
  if (!tensor) throw std::bad_alloc();
  std::memset(tensorflow().TensorData(tensor), 0, bytes);
  return tensor;
}

}  // namespace

LoadedGraph::LoadedGraph(const Graph& graph, const SessionSettings& settings) {
  // Mixed precision converts constants once, and variables in every run.
  const Lowering lowering(graph, x_graph.get(),
                          settings.bf16 ? Weights::constants : Weights::variables);
  x_inputs = ports_of(graph, graph.inputs());
  x_outputs = ports_of(graph, graph.outputs());
  x_feeds = lowering.inputs();
  x_fetches = lowering.outputs();
  for (const Node& node : graph.nodes()) x_node_names.push_back(node.name);

  const std::string config = session_config(settings);
  const TensorflowPointer<TF_SessionOptions> options(tensorflow().NewSessionOptions());
  const TensorflowStatus status;
  tensorflow().SetConfig(options.get(), config.data(), config.size(), status.get());
  status.check();
  x_session.reset(tensorflow().NewSession(x_graph.get(), options.get(), status.get()));
  status.check();
  assign(lowering.variables());
  run_on_zeros(nullptr, nullptr);
}

// What is free goes back to the system.
LoadedGraph::~LoadedGraph() {
  x_session.reset();
  x_graph.reset();
  malloc_trim(0);
}

void LoadedGraph::assign(const std::vector<Variable>& variables) const {
  std::vector<TF_Output> feeds;
  std::vector<TF_Tensor*> values;
  std::vector<const TF_Operation*> targets;
  for (const Variable& variable : variables) {
    feeds.push_back(variable.feed);
    values.push_back(variable.value.get());
    targets.push_back(variable.assign);
  }
  if (feeds.empty()) return;
  const TensorflowStatus status;
  tensorflow().SessionRun(x_session.get(), nullptr, feeds.data(), values.data(),
                          static_cast<int>(feeds.size()), nullptr, nullptr, 0, targets.data(),
                          static_cast<int>(targets.size()), nullptr, status.get());
  status.check();
}

std::string LoadedGraph::trace() const {
  const std::string options = traced_run();
  const TensorflowPointer<TF_Buffer> given(
      tensorflow().NewBufferFromString(options.data(), options.size()));
  const TensorflowPointer<TF_Buffer> metadata(tensorflow().NewBuffer());
  run_on_zeros(given.get(), metadata.get());
  return {static_cast<const char*>(metadata->data), metadata->length};
}

void LoadedGraph::run_on_zeros(const TF_Buffer* options, TF_Buffer* metadata) const {
  std::vector<TensorflowPointer<TF_Tensor>> kept;
  std::vector<TF_Tensor*> values, results(x_outputs.size());
  for (const Port& input : x_inputs) {
    kept.emplace_back(zeros(input));
    values.push_back(kept.back().get());
  }
  run(values, results, options, metadata);
  for (TF_Tensor* result : results) kept.emplace_back(result);
}

void LoadedGraph::run(const std::vector<TF_Tensor*>& values, std::vector<TF_Tensor*>& results,
                      const TF_Buffer* options, TF_Buffer* metadata) const {
  const TensorflowStatus status;
  tensorflow().SessionRun(x_session.get(), options, x_feeds.data(), values.data(),
                          static_cast<int>(values.size()), x_fetches.data(), results.data(),
                          static_cast<int>(results.size()), nullptr, 0, metadata, status.get());
  status.check();
}

}  // namespace assay
