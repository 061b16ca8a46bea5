// SPDX-License-Identifier: MIT
// Quantiles and their distribution-free confidence intervals from order statistics. Pure functions
// of finite numbers; nothing is trimmed. Source: David and Nagaraja, "Order Statistics", 3rd ed.,
// section 7.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace assay {

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

// Linear interpolation between order statistics (Hyndman and Fan's type 7). `sorted` is ascending
// and not empty; 0 <= p <= 1.
double quantile(std::span<const double> sorted, double p);

// The same by their type 8, which lies above the true quantile as often as below it, whatever the
// distribution: for estimates of which a median is taken, since that keeps each one's bias.
double unbiased_quantile(std::span<const double> sorted, double p);

// The middle one of values in any order, or the mean of the two in the middle. Not empty.
double median(std::span<const double> values);
double median(std::span<const int64_t> values);

// Order statistics x(low) and x(high), counted from 1.
struct Ranks {
  int64_t low = 0;
  int64_t high = 0;
  bool operator==(const Ranks&) const = default;
};

// The ranks, out of n independent samples, between which the p-quantile lies with at least
// `confidence`. Each side misses with at most half of the rest; where n is too small for that on
// one side, the extreme sample is that side and the other gets what is left. Nothing when n is too
// small for any such pair: n < 6 for the median, n < samples_needed(p) for a tail, at 95 %.
std::optional<Ranks> quantile_ranks(int64_t n, double p, double confidence = 0.95);

// The interval that those ranks give in `sorted`. `independent` is how many independent samples the
// series is worth (stats/autocorrelation.h), at most its size; the ranks are then those of that
// many, stretched outward to the series.
std::optional<Interval> quantile_interval(std::span<const double> sorted, double p,
                                          double confidence = 0.95);
std::optional<Interval> quantile_interval(std::span<const double> sorted, double p,
                                          double confidence, int64_t independent);

// Samples below which a tail quantile is not shown, because no one-sided bound for it exists: 29
// (p90), 59 (p95), 299 (p99) at 95 %. 0 < p < 1, 0 < confidence < 1.
int64_t samples_needed(double p, double confidence = 0.95);

}  // namespace assay
