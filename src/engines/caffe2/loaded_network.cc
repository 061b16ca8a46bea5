// SPDX-License-Identifier: MIT
#include "engines/caffe2/loaded_network.h"

#include <stdexcept>

#include "torchscript/torchscript.h"

namespace assay {
namespace {

std::vector<Port> ports_of(const Graph& graph, const std::vector<ValueId>& ids,
                           const google::protobuf::RepeatedPtrField<std::string>& blobs) {
  std::vector<Port> ports;
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    const std::string& blob = blobs[static_cast<int>(ports.size())];
    ports.push_back({value.name, blob, value.dtype, value.shape.value()});
  }
  return ports;
}

}  // namespace

LoadedNetwork::LoadedNetwork(const Graph& graph)
    : x_net(Lowering(graph).take()),
      x_definition(x_net.definition.SerializeAsString()),
      x_inputs(ports_of(graph, graph.inputs(), x_net.definition.external_input())),
      x_outputs(ports_of(graph, graph.outputs(), x_net.definition.external_output())) {
  for (const NodeId id : x_net.nodes) x_node_names.push_back(graph.node(id).name);
  for (const auto& [blob, tensor] : x_net.weights) {
    if (tensor.declared_only()) throw std::runtime_error("a weight of the network has no values");
    x_weights.set(blob.c_str(), blob_over(tensor.dtype, tensor.shape, tensor.bytes.get()));
  }
}

BlobView blob_over(DType type, const Shape& shape, const std::byte* data) {
  return {static_cast<int8_t>(torch_type(type)), shape, const_cast<std::byte*>(data)};
}

}  // namespace assay
