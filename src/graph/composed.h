// SPDX-License-Identifier: MIT
// Activations that ONNX writes as several nodes and engines have as one operator. An adapter that
// lowers a Graph operator by operator asks here, so that it runs what users of that engine run, and
// leaves out the nodes between, which are then read by nobody.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"

namespace assay {

// x when the node ends x * (1 + erf(x / sqrt 2)) / 2, in any order of the factors (Hendrycks and
// Gimpel, 2016, arXiv 1606.08415).
std::optional<ValueId> gelu_of(const Graph& graph, const Node& last);
// x when the node is x * sigmoid(x).
std::optional<ValueId> silu_of(const Graph& graph, const Node& last);

// Which nodes the outputs need, where a node reads what `reads` says: an adapter's rule for a
// composed activation reads past the nodes that it is made of.
std::vector<bool> needed_nodes(const Graph& graph,
                               std::vector<ValueId> (*reads)(const Graph&, const Node&));

// The value of a constant float with one element.
std::optional<float> scalar_of(const Graph& graph, ValueId id);

}  // namespace assay
