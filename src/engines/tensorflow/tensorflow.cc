// SPDX-License-Identifier: MIT
// TensorFlow on the CPU, through its C API: inputs are bound in place, outputs are its own.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/tensorflow/loaded_graph.h"
#include "engines/tensorflow/trace.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

class TensorflowSession : public Session {
 public:
  explicit TensorflowSession(const LoadedGraph& graph)
      : x_graph(graph), x_inputs(graph.inputs().size()), x_results(graph.outputs().size()) {}
  ~TensorflowSession() override { free_results(); }

  void bind(std::span<const Binding> inputs) override {
    for (size_t i = 0; i < x_inputs.size(); ++i) {
      const auto given = std::ranges::find(inputs, x_graph.inputs()[i].name, &Binding::name);
      if (given == inputs.end())
        throw std::runtime_error(fmt::format("input '{}' was not given", x_graph.inputs()[i].name));
      x_inputs[i] = tensor_over(given->dtype, given->shape, given->bytes);
    }
    x_values.clear();
    for (const auto& input : x_inputs) x_values.push_back(input.get());
  }
  void run() override {
    free_results();
    x_graph.run(x_values, x_results);
  }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (size_t i = 0; i < x_results.size(); ++i) {
      const Port& port = x_graph.outputs()[i];
      auto* bytes = static_cast<std::byte*>(tensorflow().TensorData(x_results[i]));
      result.push_back(
          {port.name, port.dtype, port.shape, {bytes, tensorflow().TensorByteSize(x_results[i])}});
    }
    return result;
  }

 private:
  void free_results() {
    for (TF_Tensor*& result : x_results)
      if (result) tensorflow().DeleteTensor(std::exchange(result, nullptr));
  }

  const LoadedGraph& x_graph;
  std::vector<TensorflowPointer<TF_Tensor>> x_inputs;
  std::vector<TF_Tensor*> x_values, x_results;
};

class TensorflowProgram : public Program {
 public:
  TensorflowProgram(const Graph& graph, const SessionSettings& settings)
      : x_graph(graph, settings) {}
  std::unique_ptr<Session> open() override { return std::make_unique<TensorflowSession>(x_graph); }
  Facts facts() override { return facts_of_metadata(x_graph.trace(), x_graph.node_names()); }

 private:
  LoadedGraph x_graph;
};

class TensorflowEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "tensorflow", .devices = {"cpu"}, .formats = {"onnx"}};
    info.version = tensorflow().Version();
    info.precisions = {"fp32"};
    if (__builtin_cpu_supports("avx512bf16")) info.precisions.push_back("bf16");
    info.options = {{"inter_op_threads", "int", "1", "Operations that may run at once."},
                    {"spinning", "bool", "true", "Idle threads spin for a while."},
                    {"grappler", "bool", "true", "TensorFlow optimizes the graph; bf16 needs it."}};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    if (auto why = lacking(
            info(), request.configuration.precision,
            {{"bf16", "this CPU has no bf16 instructions, and TensorFlow would emulate them"},
             {"fp16", "most CPUs have no fp16 instructions, and TensorFlow emulates them"},
             {"int8", "QDQ models are not written for TensorFlow here"}}))
      return why;
    const bool bf16 = request.configuration.precision == "bf16";
    return refusal(request, [&](const Graph& graph) {
      const TensorflowPointer<TF_Graph> target(tensorflow().NewGraph());
      const Lowering lowering(graph, target.get(), bf16 ? Weights::constants : Weights::variables);
    });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Configuration& wanted = request.configuration;
    const Options given(info().options, wanted.options);
    SessionSettings settings{.threads = wanted.threads};
    settings.inter_op_threads = static_cast<int>(given.integer("inter_op_threads"));
    settings.spinning = given.flag("spinning");
    settings.optimize = given.flag("grappler");
    settings.bf16 = wanted.precision == "bf16";
    return std::make_unique<TensorflowProgram>(
        read_onnx(request.path, {.input_shapes = wanted.input}), settings);
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::TensorflowEngine());
}
