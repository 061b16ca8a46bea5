// SPDX-License-Identifier: MIT
// A convolution with the batch normalization that follows it, as one convolution: for engines that
// would not do it themselves for every kind of convolution.
#pragma once

#include <optional>

#include "graph/graph.h"

namespace assay {

// Weight as the graph has it (OIHW); bias of O elements, absent where the model has none.
struct FoldedConvolution {
  Tensor weight;
  std::optional<Tensor> bias;
};

// The batch normalization that can be folded into the convolution: it alone reads the result, and
// both have constant f32 weights. Null when there is none.
const Node* normalization_after(const Graph& graph, const Node& convolution);
// Whether the node is one that is folded into the convolution before it.
bool is_folded_normalization(const Graph& graph, const Node& normalization);

// w s / sqrt(v + e) and (b - m) s / sqrt(v + e) + o for each output channel; as it is when nothing
// follows that can be folded. Empty when the weights are computed; without values where the graph
// has none.
std::optional<FoldedConvolution> folded_convolution(const Graph& graph, const Node& convolution);

}  // namespace assay
