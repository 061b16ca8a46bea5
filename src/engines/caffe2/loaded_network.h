// SPDX-License-Identifier: MIT
// A Graph as what all sessions share: a net, and a workspace that holds its weights, into which the
// sessions' own workspaces look.
#pragma once

#include <string>
#include <vector>

#include "engines/caffe2/lowering.h"
#include "engines/caffe2/workspace.h"

namespace assay {

// An input or output of the network, and the blob that it is.
struct Port {
  std::string name, blob;
  DType dtype = DType::undefined;
  Shape shape;

  size_t bytes() const { return static_cast<size_t>(element_count(shape)) * size_of(dtype); }
};

class LoadedNetwork {
 public:
  // Unsupported for what has no rule; std::runtime_error for a weight without values.
  explicit LoadedNetwork(const Graph& graph);

  const std::string& definition() const { return x_definition; }
  const c2::NetDef& net() const { return x_net.definition; }
  // The name of the node that an operator of the net was made for.
  const std::string& node_name(size_t index) const { return x_node_names[index]; }
  const std::vector<Port>& inputs() const { return x_inputs; }
  const std::vector<Port>& outputs() const { return x_outputs; }
  const Caffe2Workspace& weights() const { return x_weights; }

 private:
  Caffe2Net x_net;
  std::string x_definition;  // the net's, serialized
  std::vector<std::string> x_node_names;
  std::vector<Port> x_inputs, x_outputs;
  Caffe2Workspace x_weights{nullptr};
};

// A tensor over the caller's bytes, which stay; Error for a type that Caffe2 does not have.
BlobView blob_over(DType type, const Shape& shape, const std::byte* data);

}  // namespace assay
