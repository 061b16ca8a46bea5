// SPDX-License-Identifier: MIT
// OpenVINO on the CPU, through its C++ API. The inference precision is always pinned: without the
// hint OpenVINO computes in bf16 on CPUs that have it, whatever the model says.
#include <algorithm>
#include <openvino/openvino.hpp>

#include "base/error.h"
#include "base/files.h"
#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/openvino/runtime_model.h"

namespace assay {
namespace {

constexpr const char* kDevice = "CPU";

// Ours, theirs, and what the device calls it in its list of capabilities. An int8 model computes in
// int8 where it has Q/DQ operators and in fp32 elsewhere.
struct Precision {
  const char* name;
  ov::element::Type hint;
  const char* capability;
};
const Precision kPrecisions[] = {{"fp32", ov::element::f32, "FP32"},
                                 {"fp16", ov::element::f16, "FP16"},
                                 {"bf16", ov::element::bf16, "BF16"},
                                 {"int8", ov::element::f32, "INT8"}};

constexpr DType kTypes[] = {DType::f32, DType::f16, DType::bf16,   DType::f64, DType::i8,
                            DType::u8,  DType::i16, DType::u16,    DType::i32, DType::u32,
                            DType::i64, DType::u64, DType::boolean};

ov::element::Type as_theirs(DType type) {
  // One name differs.
  return ov::element::Type(type == DType::boolean ? "boolean" : std::string(name_of(type)));
}

DType as_ours(const ov::element::Type& type) {
  for (const DType ours : kTypes)
    if (as_theirs(ours) == type) return ours;
  throw Unsupported("OpenVINO's element type " + type.get_type_name() + " is not known here");
}

class OpenvinoSession : public Session {
 public:
  OpenvinoSession(ov::CompiledModel& model)
      : x_outputs(model.outputs()), x_request(model.create_infer_request()) {}

  void bind(std::span<const Binding> inputs) override {
    for (const Binding& input : inputs) {
      const ov::Shape shape(input.shape.begin(), input.shape.end());
      x_request.set_tensor(input.name,
                           ov::Tensor(as_theirs(input.dtype), shape, input.bytes.data()));
    }
  }
  void run() override { x_request.infer(); }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (const auto& output : x_outputs) {
      ov::Tensor tensor = x_request.get_tensor(output);
      const ov::Shape shape = tensor.get_shape();
      result.push_back({output.get_any_name(),
                        as_ours(tensor.get_element_type()),
                        {shape.begin(), shape.end()},
                        {static_cast<std::byte*>(tensor.data()), tensor.get_byte_size()}});
    }
    return result;
  }

 private:
  std::vector<ov::Output<const ov::Node>> x_outputs;
  ov::InferRequest x_request;
};

class OpenvinoProgram : public Program {
 public:
  explicit OpenvinoProgram(ov::CompiledModel model) : x_model(std::move(model)) {}
  std::unique_ptr<Session> open() override { return std::make_unique<OpenvinoSession>(x_model); }
  Facts facts() override { return facts_of_runtime_model(*x_model.get_runtime_model()); }

 private:
  ov::CompiledModel x_model;
};

class OpenvinoEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "openvino", .devices = {"cpu"}, .formats = {"onnx"}};
    const std::string build = ov::get_openvino_version().buildNumber;  // "2026.4.1-22982-..."
    info.version = build.substr(0, build.find('-'));
    const auto capabilities = x_core.get_property(kDevice, ov::device::capabilities);
    for (const Precision& precision : kPrecisions)
      if (std::ranges::count(capabilities, precision.capability))
        info.precisions.push_back(precision.name);
    info.options = {
        {"performance_hint",
         "choice",
         "latency",
         "What OpenVINO tunes its schedule for.",
         {"latency", "throughput"}},
        {"num_streams", "int", "0", "Inferences at once; 0 is the configuration's streams."},
        {"cpu_pinning", "bool", "true", "Threads are pinned to cores."}};
    info.referee = {2, {}, "f32"};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    if (auto why = lacking(info(), request.configuration.precision,
                           {{"bf16", "this CPU has no bf16 instructions, as OpenVINO says"},
                            {"fp16", "this CPU has no fp16 arithmetic, as OpenVINO says"}}))
      return why;
    if (request.configuration.precision == "int8" &&
        read_file(request.path).find("DequantizeLinear") == std::string::npos)
      return "the model has no quantized operators: OpenVINO runs int8 from a QDQ model";
    // What is of our vocabulary its frontend has; it is asked about the rest.
    return refusal(request, [&](const Graph& graph) {
      if (!graph.unknown_operators().empty()) x_core.read_model(request.path);
    });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Configuration& wanted = request.configuration;
    const Options options(info().options, wanted.options);
    const auto model = x_core.read_model(request.path);
    std::map<std::string, ov::PartialShape> shapes;
    for (const auto& [name, shape] : wanted.input)
      shapes[name] = ov::Shape(shape.begin(), shape.end());
    if (!shapes.empty()) model->reshape(shapes);
    const auto precision = std::ranges::find(kPrecisions, wanted.precision, &Precision::name);
    const auto streams = static_cast<int>(options.integer("num_streams"));
    return std::make_unique<OpenvinoProgram>(x_core.compile_model(
        model, kDevice, ov::hint::inference_precision(precision->hint),
        ov::hint::performance_mode(options.text("performance_hint") == "latency"
                                       ? ov::hint::PerformanceMode::LATENCY
                                       : ov::hint::PerformanceMode::THROUGHPUT),
        ov::num_streams(streams > 0 ? streams : wanted.streams),
        ov::inference_num_threads(wanted.threads * wanted.streams),
        ov::hint::enable_cpu_pinning(options.flag("cpu_pinning"))));
  }

 private:
  ov::Core x_core;
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::OpenvinoEngine());
}
