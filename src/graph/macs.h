// SPDX-License-Identifier: MIT
// Multiply-adds of one node: of convolutions, linear layers and matrix products (those of attention
// included); 0 for every other operator.
#pragma once

#include <optional>

#include "graph/graph.h"

namespace assay {

// Empty when a shape that the count needs is not known.
std::optional<int64_t> macs_of(const Graph& graph, const Node& node);

}  // namespace assay
