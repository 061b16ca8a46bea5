// SPDX-License-Identifier: MIT
// ONNX's attributes as the Graph's (private to onnx/).
#pragma once

#include "graph/graph.h"
#include "onnx.pb.h"
#include "onnx/tensor_reader.h"

namespace assay {

// Takes tensors out of the node. Subgraphs and types are left out: the Graph has no place for them.
Attributes read_attributes(onnx::NodeProto& node, TensorReader& tensors);

// The value of a Constant node in any of its forms. Strings give a tensor of DType::undefined.
Tensor constant_value(onnx::NodeProto& node, TensorReader& tensors);

}  // namespace assay
