// SPDX-License-Identifier: MIT
// Quantiles and their distribution-free confidence intervals from order statistics. Pure functions
// of numbers; nothing is trimmed. Source: David and Nagaraja, "Order Statistics", 3rd ed.,
// section 7.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

struct Interval {
  double low = 0;
  double high = 0;
};

// Linear interpolation between order statistics (Hyndman and Fan's type 7). `sorted` is ascending
// and not empty.
double quantile(std::span<const double> sorted, double p);
// Two-sided interval of the p-quantile at `confidence`, or nothing when there are too few samples
// for it (n < 6 for the median at 95 %).
std::optional<Interval> quantile_interval(std::span<const double> sorted, double p,
                                          double confidence = 0.95);
// Samples below which a tail quantile is not shown: 29 (p90), 59 (p95), 299 (p99) at 95 %.
int64_t samples_needed(double p, double confidence = 0.95);

}  // namespace assay
