// SPDX-License-Identifier: MIT
// A series cut into blocks of equal size, each represented by its median, so that outliers and the
// length of the series stop mattering. Used by the steady-state analysis.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay {

// A series is looked at in at most so many blocks.
inline constexpr size_t kMostBlocks = 384;

// Medians of blocks of `size` samples; what is left over at the front goes into the first.
std::vector<double> block_medians(std::span<const double> samples, size_t size);

// Values pulled in to within four standard deviations, robustly estimated, of the median of those
// up to `reach` places away: spikes of up to `reach` values vanish, longer levels stay (a Hampel
// filter that clamps).
std::vector<double> without_spikes(std::span<const double> values, size_t reach);

// Variance that a mean of many values has, times their number: what their scatter and the
// dependence between neighbours add up to, as seen in the differences of neighbours, so that
// changes of level hardly count. The dependence is taken as that of an AR(1) process.
double long_run_variance(std::span<const double> values);

// Autocorrelation at lags 0 .. most, each divided by the number of pairs that it has. All 0 for a
// constant series.
std::vector<double> autocorrelations(std::span<const double> values, size_t most);

}  // namespace assay
