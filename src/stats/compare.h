// SPDX-License-Identifier: MIT
// Is B slower or faster than A, the same, or can it not be told? The answer is the ratio of B's
// latency to A's with an interval. Pure functions; docs/cli.md `compare` defines the verdicts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/quantile.h"
#include "stats/summary.h"

namespace assay {

enum class Verdict { same, slower, faster, cannot_tell };  // of B against A
std::string_view name_of(Verdict verdict);

// One pair of live processes: median latency of each round's burst, A's beside B's.
struct PairedRounds {
  std::vector<double> a;
  std::vector<double> b;  // as many as a
};

struct Comparison {
  double ratio = 1;              // B over A
  std::optional<Interval> ci95;  // nothing: too few pairs
  int64_t pairs = 0;             // of processes; 1: the interval is that pair's own
  bool paired = true;
};

// Of each of so many comparisons with one base, such that all their intervals together hold with
// 95 %: Bonferroni's (C. E. Bonferroni, 1936; it needs no independence, and the comparisons share
// their base). 1: 0.95.
double confidence_of_each(size_t comparisons);

// The interval's longer side on logarithms; nothing without an interval.
std::optional<double> half_width_of(const Comparison& comparison);

// Of interleaved measurements. Each pair of processes gives the median of its rounds' log-ratios;
// the ratio is the median of those, its interval is process_interval()'s (Student's t for 2 to 5
// pairs, order statistics from 6 on). With one pair the rounds are the replicates. Pairs without
// rounds are left out; nothing when none is left. Error when a latency is not a positive number.
std::optional<Comparison> compare_paired(std::span<const PairedRounds> pairs,
                                         double confidence = 0.95);

// Of measurements made apart: the interval of the ratio from the intervals of the two medians, on
// logarithms (A. Donner and G. Y. Zou, "Closed-form confidence intervals for functions of the
// normal mean and standard deviation", Statistical Methods in Medical Research 21(4), 2012: MOVER).
// It is wider than a paired one. No interval when either median has none. For a confidence above
// 95 % it is widened as a normal one would be.
Comparison compare_apart(const Summary& a, const Summary& b, double confidence = 0.95);

// `threshold` 0.02: `same` is an interval inside 1 -+ 2 %. With 0, nothing is the same.
Verdict verdict_of(const Comparison& comparison, double threshold);

// The whole interval lies above 1 + threshold.
bool is_regression(const Comparison& comparison, double threshold);

}  // namespace assay
