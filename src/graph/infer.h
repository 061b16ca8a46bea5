// SPDX-License-Identifier: MIT
// Shape inference: one rule per operator of the vocabulary, in one table. A rule sees types, shapes
// and, where an operator's output shape depends on a value (Reshape, Slice, ...), constant inputs.
// Operators whose results depend on the data in size (NonZero, Compress), that hold graphs (Loop)
// or states (LSTM), or whose values are no tensors stay outside the vocabulary.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace assay {

struct Inferred {
  DType dtype = DType::undefined;
  std::optional<Shape> shape;
};

// True when the operator has a rule (is in the vocabulary).
bool known_operator(std::string_view op);
std::vector<std::string> known_operators();

// Types and shapes of the node's outputs. Inputs that are left out are null. Throws Error (node and
// shapes named) when they do not fit; returns unknown shapes for an unknown operator or when an
// input's shape is unknown.
std::vector<Inferred> infer(const Node& node, std::span<const Value* const> inputs,
                            size_t output_count);

}  // namespace assay
