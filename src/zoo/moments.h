// SPDX-License-Identifier: MIT
// Moments estimate the first two moments of each value of a network whose weights are random, so
// that seeded weights can be scaled to keep activations in range (mean-field reasoning: He et al.,
// 2015, arXiv 1502.01852, for ReLU; the others by the moments of a function of a normal variable).
// Estimates, not bounds; only + - * / sqrt, so the same on every machine.
#pragma once

#include <span>

#include "graph/graph.h"

namespace assay {

struct Moments {
  double mean = 0;
  double square = 1;  // E[x^2]
  // Not negative, but for small additions: rectifying it again changes nothing, which a normal
  // variable of the same moments would not tell.
  bool rectified = false;
  double variance() const { return square - mean * mean; }
};

// Of a node's output, from those of its inputs (in the node's order, none left out). Convolutions
// and linear layers count as scaled to unit variance, normalizations as they are at inference:
// their statistics are those of a unit variance, so they hardly change anything.
Moments propagate(const Graph& graph, const Node& node, std::span<const Moments> inputs);
// Of a constant with values; {0, 1} without.
Moments moments_of(const Value& constant);

}  // namespace assay
