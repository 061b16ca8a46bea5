// SPDX-License-Identifier: MIT
// Summary of a measurement's latencies: what cli.md prints as latency_ms. Processes are the unit of
// replication; with one process the interval is that process's own and says so (`processes` = 1).
//
// A quantile, the median or a tail, is the median of the processes' quantiles. Its interval is
//   1 process:    the order statistics of its samples, as many as are independent;
//   2 to 5:       Student's t on the logarithms of the processes' quantiles;
//   6 and more:   the order statistics of the processes' quantiles.
// A tail is given when every process has samples_needed() for it: pooled samples would show what is
// slow about the slowest process, with an interval that knows nothing of the others to come.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/quantile.h"

namespace assay {

struct QuantileSummary {
  double value = 0;
  std::optional<Interval> ci95;
};

// The longer side of the interval as a share of the value: 0 when all samples are alike; nothing
// without an interval, or of a value of 0 (a clock too coarse) whose interval is wider.
std::optional<double> relative_half_width(const QuantileSummary& quantile);

struct Summary {  // in the unit of the samples
  int64_t samples = 0;
  int64_t processes = 0;
  double mean = 0, min = 0, max = 0;
  QuantileSummary median;
  std::optional<QuantileSummary> p90, p95, p99;  // nothing: too few samples
  std::optional<double> lag1;                    // autocorrelation
};

// One series per process, in the order measured; empty ones are left out. Nothing when there is no
// sample. Error when a sample is not finite.
std::optional<Summary> summarize(std::span<const std::vector<double>> processes);

// Of the processes' medians, or tails, or paired ratios: the interval by the rule above for 2 and
// more; nothing for fewer. With a higher confidence it takes more of them for order statistics
// (claim_pairs() of stats/replication.h). Student's t falls back from logarithms to the values when
// one is not positive.
std::optional<Interval> process_interval(std::span<const double> medians, double confidence = 0.95);

}  // namespace assay
