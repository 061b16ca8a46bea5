// SPDX-License-Identifier: MIT
// Summary of a measurement's latencies: what cli.md prints as latency_ms. Processes are the unit of
// replication; with one process the interval is that process's own and says so (`processes` = 1).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/quantile.h"

namespace assay {

struct QuantileSummary {
  double value = 0;
  std::optional<Interval> ci95;
};

struct Summary {  // in the unit of the samples
  int64_t samples = 0;
  int64_t processes = 0;
  double mean = 0, min = 0, max = 0;
  QuantileSummary median;
  std::optional<QuantileSummary> p90, p95, p99;  // nothing: too few samples
  std::optional<double> lag1;                    // autocorrelation
};

// One series per process, in the order measured. Nothing when there is no sample.
std::optional<Summary> summarize(std::span<const std::vector<double>> processes);

}  // namespace assay
