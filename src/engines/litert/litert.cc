// SPDX-License-Identifier: MIT
// LiteRT (TensorFlow Lite) on the CPU, through its C API: the network is written as a .tflite file
// (converted_file.h), inputs and outputs are bound in place.
#include <cpuid.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/litert/compiled_network.h"
#include "engines/litert/converted_file.h"
#include "engines/litert/kernels.h"
#include "engines/litert/lowering.h"
#include "engines/litert/tensors.h"
#include "graph/cost.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

// What all sessions share: the file and how it is compiled.
struct Loaded {
  Loaded(const Graph& graph, ConvertedFile converted, const CompileSettings& given)
      : file(std::move(converted)),
        inputs(ports_of(graph, graph.inputs())),
        outputs(ports_of(graph, graph.outputs())),
        settings(given) {
    std::vector<int64_t> macs;  // of the nodes that multiply
    for (const LayerCost& layer : analyse(graph).layers)
      if (layer.macs > 0) macs.push_back(layer.macs);
    layers = written_layers(file.file.span(), macs);
  }
  ConvertedFile file;
  std::vector<Port> inputs, outputs;
  std::vector<WrittenLayer> layers;
  CompileSettings settings;
};

class LitertSession : public Session {
 public:
  LitertSession(const Loaded& loaded, std::unique_ptr<CompiledNetwork> network)
      : x_loaded(loaded), x_network(std::move(network)), x_results(loaded.outputs) {}

  void bind(std::span<const Binding> inputs) override {
    x_buffers.clear();
    x_inputs.clear();
    for (const Port& port : x_loaded.inputs) {
      const auto given = std::ranges::find(inputs, port.name, &Binding::name);
      if (given == inputs.end())
        throw std::runtime_error(fmt::format("input '{}' was not given", port.name));
      x_buffers.push_back(buffer_over(given->shape, given->bytes));
      x_inputs.push_back(x_buffers.back().get());
    }
  }
  void run() override { x_network->run(x_inputs, x_results.handles()); }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (size_t i = 0; i < x_loaded.outputs.size(); ++i) {
      const Port& port = x_loaded.outputs[i];
      result.push_back({port.name, DType::f32, port.shape, {x_results.memory(i), port.bytes()}});
    }
    return result;
  }

 private:
  const Loaded& x_loaded;
  std::unique_ptr<CompiledNetwork> x_network;
  OwnTensors x_results;
  std::vector<LitertPointer<LiteRtTensorBuffer>> x_buffers;
  std::vector<LiteRtTensorBuffer> x_inputs;
};

class LitertProgram : public Program {
 public:
  explicit LitertProgram(Loaded loaded)
      : x_loaded(std::move(loaded)), x_first(compile(x_loaded.settings)) {}

  // The first session takes what the load compiled; LiteRT shares nothing with others.
  std::unique_ptr<Session> open() override {
    auto network = x_first ? std::move(x_first) : compile(x_loaded.settings);
    return std::make_unique<LitertSession>(x_loaded, std::move(network));
  }

  Facts facts() override {
    CompileSettings settings = x_loaded.settings;
    settings.profiled = true;
    OwnTensors inputs(x_loaded.inputs), outputs(x_loaded.outputs);
    Facts facts = facts_of_kernels(compile(settings)->kernels(inputs.handles(), outputs.handles()),
                                   x_loaded.layers);
    const auto& seconds = x_loaded.file.seconds;
    facts.notes["conversion_seconds"] = seconds ? fmt::format("{:.3f}", *seconds) : "cached";
    return facts;
  }

 private:
  std::unique_ptr<CompiledNetwork> compile(const CompileSettings& settings) const {
    return std::make_unique<CompiledNetwork>(x_loaded.file.file.span(), settings);
  }
  Loaded x_loaded;
  std::unique_ptr<CompiledNetwork> x_first;
};

// The ONNX file is closed after this: LiteRT needs only its own.
Loaded load_file(const LoadRequest& request, const CompileSettings& settings) {
  const OnnxModel model = open_onnx(request.path, {.input_shapes = request.configuration.input});
  if (!model.graph) throw std::runtime_error(model.problem);
  std::vector<std::filesystem::path> sources = model.external_files;
  sources.push_back(request.path);
  return {*model.graph, converted_file(*model.graph, sources, user_cache_dir() / "litert"),
          settings};
}

// AVX512-FP16: leaf 7, bit 23 of EDX, for which g++ 12 has no name.
bool has_fp16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 23 & 1) != 0;
}

// In QDQ form; reading brings the older one to it.
bool is_quantized(const Graph& graph) {
  return std::ranges::count(graph.nodes(), "DequantizeLinear", &Node::op) > 0;
}

class LitertEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "litert", .version = ASSAY_LITERT_VERSION, .devices = {"cpu"}};
    info.formats = {"onnx"};
    info.precisions = {"fp32", "int8"};
    if (has_fp16()) info.precisions.push_back("fp16");
    info.options = {{"xnnpack", "bool", "true", "XNNPACK's kernels where it has them."}};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    if (auto why = lacking(info(), request.configuration.precision,
                           {{"fp16", "this CPU has no fp16 arithmetic: XNNPACK would not use it"},
                            {"bf16", "LiteRT has no bf16 convolution"}}))
      return why;
    return refusal(request, [&](const Graph& graph) {
      if (request.configuration.precision == "int8" && !is_quantized(graph))
        throw Unsupported(
            "the model has no quantized operators: LiteRT runs int8 from a QDQ model");
      const FoldedQdq network = fold_qdq(graph);
      const Lowering lowering(network);
    });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Options given(info().options, request.configuration.options);
    CompileSettings settings{.threads = request.configuration.threads};
    settings.xnnpack = given.flag("xnnpack");
    settings.fp16 = request.configuration.precision == "fp16";
    return std::make_unique<LitertProgram>(load_file(request, settings));
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::LitertEngine());
}
