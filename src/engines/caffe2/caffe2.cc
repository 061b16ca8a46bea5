// SPDX-License-Identifier: MIT
// Caffe2 on the CPU: inputs are bound in place, weights are the graph's own bytes, outputs are
// Caffe2's.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/layer_macs.h"
#include "engine/options.h"
#include "engines/caffe2/lowering.h"
#include "engines/caffe2/workspace.h"
#include "onnx/onnx.h"
#include "torchscript/torchscript.h"

namespace assay {
namespace {

Shape shape_of(const BlobView& view) {
  return {view.shape.begin(), view.shape.end()};
}

BlobView view_of(DType type, const Shape& shape, const std::byte* data) {
  return {static_cast<int8_t>(torch_type(type)), shape, const_cast<std::byte*>(data)};
}

// An input or output of the network, and the blob that it is.
struct Port {
  std::string name, blob;
  DType dtype = DType::undefined;
  Shape shape;
};

std::vector<Port> ports_of(const Graph& graph, const std::vector<ValueId>& ids,
                           const google::protobuf::RepeatedPtrField<std::string>& blobs) {
  std::vector<Port> ports;
  for (int i = 0; i < std::ssize(ids); ++i) {
    const Value& value = graph.value(ids[static_cast<size_t>(i)]);
    ports.push_back({value.name, blobs[i], value.dtype, value.shape.value()});
  }
  return ports;
}

// What sessions share: the net, and a workspace of weights that their own ones look into.
struct Loaded {
  explicit Loaded(const Graph& graph, int given_threads)
      : net(Lowering(graph).take()),
        definition(net.definition.SerializeAsString()),
        inputs(ports_of(graph, graph.inputs(), net.definition.external_input())),
        outputs(ports_of(graph, graph.outputs(), net.definition.external_output())),
        threads(given_threads) {
    for (const NodeId id : net.nodes) node_names.push_back(graph.node(id).name);
    for (const auto& [blob, tensor] : net.weights) {
      if (tensor.declared_only()) throw std::runtime_error("a weight of the network has no values");
      weights.set(blob.c_str(), view_of(tensor.dtype, tensor.shape, tensor.bytes.get()));
    }
  }
  Caffe2Net net;
  std::string definition;
  std::vector<Port> inputs, outputs;
  std::vector<std::string> node_names;  // of each operator
  Caffe2Workspace weights{nullptr};
  int threads;
};

class Caffe2Session : public Session {
 public:
  explicit Caffe2Session(const Loaded& loaded) : x_loaded(loaded) {}

  void bind(std::span<const Binding> inputs) override {
    set_caffe2_threads(x_loaded.threads);
    for (const Port& port : x_loaded.inputs) {
      const auto given = std::ranges::find(inputs, port.name, &Binding::name);
      if (given == inputs.end())
        throw std::runtime_error(fmt::format("input '{}' was not given", port.name));
      x_workspace.set(port.blob.c_str(), view_of(given->dtype, given->shape, given->bytes.data()));
    }
    // Caffe2 looks for a net's inputs when it makes the net.
    if (!std::exchange(x_has_net, true)) x_workspace.create_net(x_loaded.definition);
  }
  void run() override { x_workspace.run(); }
  std::vector<Binding> outputs() override {
    std::vector<Binding> result;
    for (const Port& port : x_loaded.outputs) {
      auto* data = static_cast<std::byte*>(view(port.blob).data);
      const size_t bytes = static_cast<size_t>(element_count(port.shape)) * size_of(port.dtype);
      result.push_back({port.name, port.dtype, port.shape, {data, bytes}});
    }
    return result;
  }

  BlobView view(const std::string& blob) const { return x_workspace.get(blob.c_str()); }

 private:
  const Loaded& x_loaded;
  Caffe2Workspace x_workspace{&x_loaded.weights};
  bool x_has_net = false;
};

class Caffe2Program : public Program {
 public:
  explicit Caffe2Program(std::unique_ptr<Loaded> loaded) : x_loaded(std::move(loaded)) {
    x_first = run_on_zeros();
  }
  // The first session has run, so that what cannot run is known when it is loaded.
  std::unique_ptr<Session> open() override {
    if (x_first) return std::exchange(x_first, nullptr);
    return std::make_unique<Caffe2Session>(*x_loaded);
  }
  Facts facts() override;

 private:
  std::unique_ptr<Caffe2Session> run_on_zeros() const;
  LayerFact layer(const Caffe2Session& session, int index) const;

  std::unique_ptr<Loaded> x_loaded;
  std::unique_ptr<Caffe2Session> x_first;
};

std::unique_ptr<Caffe2Session> Caffe2Program::run_on_zeros() const {
  auto session = std::make_unique<Caffe2Session>(*x_loaded);
  std::vector<std::vector<std::byte>> memory;
  std::vector<Binding> zeros;
  for (const Port& port : x_loaded->inputs) {
    memory.emplace_back(static_cast<size_t>(element_count(port.shape)) * size_of(port.dtype));
    zeros.push_back({port.name, port.dtype, port.shape, memory.back()});
  }
  session->bind(zeros);
  session->run();
  return session;
}

// An operator by the blobs that it read and wrote: types and shapes are Caffe2's.
LayerFact Caffe2Program::layer(const Caffe2Session& session, int index) const {
  const c2::OperatorDef& made = x_loaded->net.definition.op(index);
  const BlobView result = session.view(made.output(0));
  LayerFact layer;
  layer.op = layer.kernel = made.type();
  layer.name = fmt::format("{}_{}", made.type(), index);
  layer.originals = {x_loaded->node_names[static_cast<size_t>(index)]};
  layer.precision = result.type == torch_type(DType::f32) ? "fp32" : "int";
  if (made.type() == "Conv")
    layer.macs = convolution_macs(shape_of(session.view(made.input(1))), shape_of(result));
  if (made.type().starts_with("FC") || made.type() == "BatchMatMul")
    layer.macs = product_macs(shape_of(session.view(made.input(0))), shape_of(result));
  return layer;
}

Facts Caffe2Program::facts() {
  Facts facts;
  const auto session = run_on_zeros();
  for (int i = 0; i < x_loaded->net.definition.op_size(); ++i)
    facts.layers.push_back(layer(*session, i));
  facts.providers["Caffe2"] = 1;
  return facts;
}

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
         "OMP_WAIT_POLICY"}};
    return info;
  }

  std::optional<std::string> supports(const LoadRequest& request) override {
    std::optional<Graph> graph;
    try {
      graph = read(request);
      const Lowering lowering(*graph);
    } catch (const std::exception& why) {
      if (graph) return why.what();  // otherwise load() says what is wrong with the file
    }
    return std::nullopt;
  }

  std::unique_ptr<Program> load(const LoadRequest& request) override {
    const int threads = request.configuration.threads;
    set_caffe2_threads(threads);
    return std::make_unique<Caffe2Program>(std::make_unique<Loaded>(read(request), threads));
  }

 private:
  static Graph read(const LoadRequest& request) {
    return read_onnx(request.path, {.input_shapes = request.configuration.input});
  }
};

}  // namespace
}  // namespace assay

int main() {
  return assay::serve(assay::Caffe2Engine());
}
