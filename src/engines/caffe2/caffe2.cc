// SPDX-License-Identifier: MIT
// Caffe2 on the CPU: inputs are bound in place, weights are the graph's own bytes, outputs are
// Caffe2's.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/lacking.h"
#include "engine/options.h"
#include "engine/refusal.h"
#include "engines/caffe2/executed.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

class Caffe2Session : public Session {
 public:
  explicit Caffe2Session(const LoadedNetwork& network) : x_network(network) {}

  void bind(std::span<const Binding> inputs) override {
    for (const Port& port : x_network.inputs()) {
      const auto given = std::ranges::find(inputs, port.name, &Binding::name);
      if (given == inputs.end())
        throw std::runtime_error(fmt::format("input '{}' was not given", port.name));
      x_workspace.set(port.blob.c_str(),
                      blob_over(given->dtype, given->shape, given->bytes.data()));
    }
    // Caffe2 looks for a net's inputs when it makes the net.
    if (!std::exchange(x_has_net, true)) x_workspace.create_net(x_network.definition());
  }
  void run() override { x_workspace.run(); }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (const Port& port : x_network.outputs()) {
      auto* data = static_cast<std::byte*>(x_workspace.get(port.blob.c_str()).data);
      result.push_back({port.name, port.dtype, port.shape, {data, port.bytes()}});
    }
    return result;
  }
  const Caffe2Workspace& workspace() const { return x_workspace; }

 private:
  const LoadedNetwork& x_network;
  Caffe2Workspace x_workspace{&x_network.weights()};
  bool x_has_net = false;
};

class Caffe2Program : public Program {
 public:
  explicit Caffe2Program(const Graph& graph) : x_network(graph) { x_first = run_on_zeros(); }
  // The first session has run already: what cannot run is known when it is loaded.
  std::unique_ptr<Session> open() override {
    if (x_first) return std::exchange(x_first, nullptr);
    return std::make_unique<Caffe2Session>(x_network);
  }
  Facts facts() override { return facts_of_blobs(x_network, run_on_zeros()->workspace()); }

 private:
  std::unique_ptr<Caffe2Session> run_on_zeros() const {
    auto session = std::make_unique<Caffe2Session>(x_network);
    std::vector<std::vector<std::byte>> memory;
    std::vector<Binding> zeros;
    for (const Port& port : x_network.inputs())
      zeros.push_back({port.name, port.dtype, port.shape, memory.emplace_back(port.bytes())});
    session->bind(zeros);
    session->run();
    return session;
  }

  LoadedNetwork x_network;
  std::unique_ptr<Caffe2Session> x_first;
};

class Caffe2Engine : public Engine {
 public:
  EngineInfo info() override {
    EngineInfo info{.name = "caffe2", .version = ASSAY_CAFFE2_VERSION, .devices = {"cpu"}};
    info.formats = {"onnx"};
    info.precisions = {"fp32"};
    info.options = {
        {"wait",
         "choice",
         "brief",
         "How threads of OpenMP wait for work: spinning briefly, always, or not at all.",
         {"brief", "active", "passive"},
         "OMP_WAIT_POLICY"},
        {"mkl_cpu_type",
         "choice",
         "0",
         "The processor that MKL takes this one for: 0, what it finds; 5, one with AVX2.",
         {"0", "5"},
         "MKL_DEBUG_CPU_TYPE"}};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    if (auto why = lacking(info(), request.configuration.precision,
                           {{"bf16", "Caffe2 has no such type"},
                            {"fp16", "its convolutions on the CPU compute in fp32"},
                            {"int8", "QDQ models are not written in its own int8 operators"}}))
      return why;
    return refusal(request, [](const Graph& graph) { const Lowering lowering(graph); });
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    set_caffe2_threads(request.configuration.threads);
    return std::make_unique<Caffe2Program>(
        read_onnx(request.path, {.input_shapes = request.configuration.input}));
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::Caffe2Engine());
}
