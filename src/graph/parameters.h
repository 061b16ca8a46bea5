// SPDX-License-Identifier: MIT
// Which constants of a Graph are learned parameters, and which node they belong to. A constant in a
// weight position (the weights and biases of convolutions, products and normalizations) counts
// whatever its size, also behind DequantizeLinear, Cast, Transpose and the like. Elsewhere a
// floating-point constant counts when it has more than one element and feeds arithmetic, Concat,
// Gather or an unknown operator: folded batch norms, layer scales, class tokens, embeddings. Shape
// constants, scalars of arithmetic, bounds, and the scales of quantization do not. A constant that
// several nodes share counts once, for the first. In a network without weights only what is declared
// is learned: a constant with values is part of the architecture.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace assay {

struct LearnedConstants {
  std::vector<NodeId> owner;       // by ValueId: the node a parameter belongs to, else kNoNode
  std::vector<bool> is_statistic;  // by ValueId: a batch norm's running mean or variance
};

LearnedConstants learned_constants(const Graph& graph);

// The constant that an input is, or is made from by moving, casting or dequantizing; kNoValue when
// it is computed.
ValueId constant_behind(const Graph& graph, ValueId id);

}  // namespace assay
