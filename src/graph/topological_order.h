// SPDX-License-Identifier: MIT
// Orders in which a Graph's nodes may run, to look for one that needs little memory. Each takes
// time near-linear in the graph.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "graph/liveness.h"

namespace assay {

using Order = std::vector<NodeId>;

// As built; depth first from the outputs, a node's inputs in their order and in reverse; and
// greedily, always the node that frees most or allocates least.
std::vector<Order> topological_orders(const Graph& graph, const Buffers& buffers);

}  // namespace assay
