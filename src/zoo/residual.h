// SPDX-License-Identifier: MIT
// Where a network adds a residual branch to its shortcut, and which tensor scales that branch last.
// Found from the graph alone, so that it holds for every family.
#pragma once

#include <set>

#include "graph/graph.h"

namespace assay {

// For each residual sum the declared constant to scale: the last normalization's scale, a layer
// scale, or, with neither, the last layer's weights. Their count is the number of blocks. A sum is
// residual when one operand is the other's input, or a bare projection of it.
std::set<ValueId> residual_scales(const Graph& graph);

}  // namespace assay
