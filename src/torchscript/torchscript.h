// SPDX-License-Identifier: MIT
// A Graph as the source of a PyTorch function: TorchScript, which is Python too, so that the C++
// library and the Python package run one lowering. One statement per node; what PyTorch has as one
// operator is one statement here (GELU, SiLU). Shapes are static, so everything that ONNX computes
// from shapes is a literal. Knows nothing of PyTorch's headers.
#pragma once

#include <string>

#include "graph/graph.h"

namespace assay {

struct TorchOptions {
  DType precision = DType::f32;  // of all floats; inputs and outputs keep their own types
  bool channels_last = false;    // inputs of rank 4, and what follows from them

  // What a value of the graph's type is computed in.
  DType computed(DType type) const { return type == DType::f32 ? precision : type; }
};

// def forward(self, v0: Tensor, ...): the graph's inputs in, a tuple of its outputs back. Constants
// are attributes of self, named by torch_weight(), of the type TorchOptions::computed() and, where
// channels_last is set, laid out so. Error for an operator, or a form of one, that PyTorch has no
// counterpart of; it is named.
std::string torchscript(const Graph& graph, const TorchOptions& options);

// The attribute's name of a constant.
std::string torch_weight(ValueId constant);

// PyTorch's number of an element type (c10::ScalarType); Error for types that it does not compute
// with.
int torch_type(DType type);

}  // namespace assay
