// SPDX-License-Identifier: MIT
// PyTorch's C++ library on the CPU: TorchScript of the model, frozen and optimized for inference.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/headeronly/version.h>

#include <algorithm>

#include "base/error.h"
#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/libtorch/executed.h"
#include "engines/libtorch/module.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

Graph read(const LoadRequest& request) {
  return read_onnx(request.path, {.input_shapes = request.configuration.input});
}

// A graph's inputs and outputs, without the weights that hang on it.
struct Ports {
  explicit Ports(const Graph& graph) {
    for (const ValueId id : graph.inputs()) inputs.push_back(graph.value(id));
    for (const ValueId id : graph.outputs()) outputs.push_back(graph.value(id).name);
  }
  std::vector<Value> inputs;
  std::vector<std::string> outputs;
};

class TorchSession : public Session {
 public:
  TorchSession(const torch::jit::Module& module, const Ports& ports)
      : x_forward(module.get_method("forward")), x_ports(ports) {}

  void bind(std::span<const Binding> inputs) override {
    std::vector<c10::IValue> bound;
    for (const Value& wanted : x_ports.inputs) {
      const auto input = std::ranges::find(inputs, wanted.name, &Binding::name);
      if (input == inputs.end()) throw Error("input '{}' is not bound", wanted.name);
      bound.push_back(at::from_blob(input->bytes.data(), input->shape, as_theirs(input->dtype)));
    }
    x_inputs = std::move(bound);
  }
  // Thread count and inference mode belong to the thread that runs.
  void run() override {
    const c10::InferenceMode guard;
    at::internal::lazy_init_num_threads();
    x_result = x_forward(x_inputs);
  }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (const c10::IValue& value : x_result.toTupleRef().elements()) {
      const at::Tensor& tensor = value.toTensor();
      result.push_back({x_ports.outputs[result.size()],
                        as_ours(tensor.scalar_type()),
                        tensor.sizes().vec(),
                        {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()}});
    }
    return result;
  }

 private:
  torch::jit::Method x_forward;
  const Ports& x_ports;
  std::vector<c10::IValue> x_inputs;
  c10::IValue x_result;
};

class TorchProgram : public Program {
 public:
  TorchProgram(Ports ports, torch::jit::Module module)
      : x_ports(std::move(ports)), x_module(std::move(module)) {}
  std::unique_ptr<Session> open() override {
    return std::make_unique<TorchSession>(x_module, x_ports);
  }
  Facts facts() override {
    TorchSession once(x_module, x_ports);
    std::vector<std::vector<std::byte>> memory;
    std::vector<Binding> zeros;
    for (const Value& input : x_ports.inputs) {
      memory.emplace_back(static_cast<size_t>(element_count(*input.shape)) * size_of(input.dtype));
      zeros.push_back({input.name, input.dtype, *input.shape, memory.back()});
    }
    once.bind(zeros);
    return facts_of_run([&] { once.run(); });
  }

 private:
  Ports x_ports;
  torch::jit::Module x_module;
};

class TorchEngine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "libtorch", .devices = {"cpu"}, .formats = {"onnx"}};
    info.version =
        fmt::format("{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH);
    info.precisions = {"fp32"};
    if (__builtin_cpu_supports("avx512bf16")) info.precisions.push_back("bf16");
    info.options = {
        {"optimize",
         "choice",
         "inference",
         "The module is frozen and optimized for inference, only frozen, or neither.",
         {"inference", "freeze", "none"}},
        {"memory_format",
         "choice",
         "contiguous",
         "Layout of images between operators.",
         {"contiguous", "channels_last"}},
        {"profiled", "bool", "false", "TorchScript's profiling executor, which may fuse."},
        {"wait",
         "choice",
         "brief",
         "How threads of OpenMP wait for work: spinning briefly, always, or not at all.",
         {"brief", "active", "passive"},
         "OMP_WAIT_POLICY"}};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    if (auto why =
            lacking(info(), request.configuration.precision,
                    {{"bf16", "this CPU has no bf16 instructions, and PyTorch would emulate them"},
                     {"fp16", "PyTorch emulates it on most CPUs"},
                     {"int8", "QDQ models are not written for PyTorch here"}}))
      return why;
    return refusal(request, [](const Graph& graph) { torchscript(graph, {}); });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const Configuration& wanted = request.configuration;
    const Options given(info().options, wanted.options);
    at::set_num_threads(wanted.threads);
    at::globalContext().setFloat32MatmulPrecision("highest");
    const TorchOptions lowering{wanted.precision == "bf16" ? DType::bf16 : DType::f32,
                                given.text("memory_format") == "channels_last"};
    const Graph graph = read(request);
    torch::jit::setGraphExecutorOptimize(true);  // freezing needs it; running may not
    const auto module = compiled(graph, lowering, given.text("optimize"));
    torch::jit::setGraphExecutorOptimize(given.flag("profiled"));
    return std::make_unique<TorchProgram>(Ports(graph), module);
  }
};

}  // namespace
}  // namespace assay

int main() {
  at::set_num_interop_threads(1);  // what is lowered has no branches that run at once
  return assay::serve(assay::TorchEngine());
}
