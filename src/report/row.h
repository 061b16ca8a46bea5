// SPDX-License-Identifier: MIT
// A Row is one measurement with the figures that are derived from its raw samples, computed once;
// columns and renderers read it. It refers to the measurement, which must outlive it. An empty
// optional is "not measured".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "record/measurement.h"
#include "report/report.h"
#include "report/resources.h"
#include "stats/summary.h"

namespace assay {

struct Row {
  explicit Row(const Measurement& measured);

  const Measurement* measurement;
  std::string engine;  // as the report calls it: with its version where it occurs with two
  std::optional<size_t> context;  // index into the report's contexts
  std::optional<Summary> latency_ms;
  std::optional<double> throughput_per_s;   // images over wall time, all processes
  std::optional<double> load_seconds;       // median of the processes
  std::optional<double> first_run_ms;       // median of the processes
  std::optional<int64_t> warmup_runs;       // of all processes
  std::optional<int64_t> peak_rss_bytes;    // of the largest process
  std::optional<int64_t> model_rss_bytes;   // of the largest: resident after load less before it
  std::optional<QuantileSummary> energy_j;  // of a call
  std::optional<RoofShare> roof_share;      // not of a server, whose rate is that of its queries

  std::optional<double> preprocess_ms, postprocess_ms;  // medians; nothing: the input is no picture
  // Of a picture from nothing: load, preprocessing, inference, postprocessing.
  std::optional<double> total_ms;
  // As S. R. Reza et al. (2021) define them: of N images, N over the sum of inferences, and N over
  // the sum of loads, preprocessing and inferences.
  std::optional<double> fps_inference, fps_all;

  bool ok() const { return measurement->outcome == Outcome::ok; }
  const Configuration& asked() const { return measurement->configuration; }
  // Half the width of the median's 95 % interval, its longer side, as a share of the median.
  std::optional<double> relative_half_width() const;

 private:
  void add_phases();
};

// One row per measurement, in the report's order, each with the index of its context.
std::vector<Row> rows_of(const Report& report);

}  // namespace assay
