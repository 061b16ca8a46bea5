// SPDX-License-Identifier: MIT
// The count that the tool ptflops (0.7.2 to 0.7.5, its default backend) prints as "MACs": other
// work quotes it, so that it can be shown next to ours, which counts products only. On top of those
// it has the biases of convolutions and linear layers, two for each element of a batch norm, and
// the elements of activations and those that enter pools, most of them twice, because it counts a
// module and then the function that the module calls.
#pragma once

#include "graph/graph.h"

namespace assay {

// As for a network whose layers are PyTorch's modules; residual sums, layer norms (as written by
// hand) and what attention does between its products count nothing. `macs` is the node's own count.
int64_t ptflops_macs_of(const Graph& graph, const Node& node, int64_t macs);

}  // namespace assay
