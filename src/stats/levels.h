// SPDX-License-Identifier: MIT
// The levels that a series stands on one after the other, once it is known where it may step. Used
// by the steady-state analysis.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay {

// A stretch [begin, end) around one level, its median of block medians. Places are blocks here,
// samples in a SteadyState.
struct Level {
  size_t begin = 0;
  size_t end = 0;
  double value = 0;
};

// The levels between `ends`, of which the last is the series' own; those that are the same are
// joined, and short episodes between two that are alike are dropped. `variance` is what the mean of
// many blocks has, times their number (long_run_variance()).
std::vector<Level> find_levels(std::span<const double> medians, std::span<const size_t> ends,
                               double variance);

// Splits the only level where blocks at the very beginning, too few for a changepoint, all lie far
// from it on one side. A block is `block` samples.
void split_start(std::vector<Level>& levels, std::span<const double> medians, size_t block);

}  // namespace assay
