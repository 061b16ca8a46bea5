// SPDX-License-Identifier: MIT
// Where the level of a series changes. R. Killick, P. Fearnhead and I. A. Eckley, "Optimal
// Detection of Changepoints With a Linear Computational Cost", JASA 107(500), 2012 (PELT), with
// squared error as the cost.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay {

// The first index of every segment but the first, ascending: the segmentation into parts of at
// least `least` values that minimizes the sum of squared deviations from each part's mean plus
// `penalty` for each changepoint. At most quadratic in the size, linear when changes are spread
// over the series.
std::vector<size_t> changepoints(std::span<const double> values, double penalty, size_t least);

}  // namespace assay
