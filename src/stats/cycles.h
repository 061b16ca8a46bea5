// SPDX-License-Identifier: MIT
// Does a series come back to the same values with a period? Used by the steady-state analysis.
#pragma once

#include <cstddef>
#include <span>

namespace assay {

// Neighbouring values are alike, they turn into their opposite, and come back at one, two and three
// times some lag. Looked for in the medians of the samples' blocks of `block` samples, at most
// kMostBlocks of them, and in those of finer blocks at the end of the series.
bool has_cycles(std::span<const double> samples, std::span<const double> medians, size_t block);

}  // namespace assay
