// SPDX-License-Identifier: MIT
// Order of a file's nodes (private to onnx/). ONNX asks for topological order; files that break it
// are sorted, keeping their own order where it is right.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "onnx.pb.h"

namespace assay {

using NodeProtos = google::protobuf::RepeatedPtrField<onnx::NodeProto>;
using HasName = std::function<bool(const std::string&)>;

// Indexes into `nodes` so that producers come first. Error for a cycle, for a name that two nodes
// produce, and for one that nothing produces and that is not there from `outside`.
std::vector<int> sorted_nodes(const NodeProtos& nodes, const HasName& outside);

// Names that the node's subgraphs read from around them.
std::vector<std::string> captured_names(const onnx::NodeProto& node);

// "node 'conv1' (Conv)"; an unnamed node is named by its first output.
std::string describe(const onnx::NodeProto& node);

}  // namespace assay
