// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/sort/spreadsort/float_sort.hpp>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "stats/autocorrelation.h"

namespace assay {
namespace {

constexpr double kConfidence = 0.95;
constexpr size_t kProcessesForOrderStatistics = 6;

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  boost::sort::spreadsort::float_sort(sorted.begin(), sorted.end());
  return sorted;
}

Interval student_interval(std::span<const double> values, double confidence) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const boost::math::students_t_distribution<double> student(count - 1);
  const double half = boost::math::quantile(student, (1 + confidence) / 2) *
                      std::sqrt(squares / (count - 1) / count);
  return {mean - half, mean + half};
}

// A quantile of the samples as they are, `series` in the order measured and `sorted`.
QuantileSummary summarize_quantile(std::span<const double> series, std::span<const double> sorted,
                                   double p) {
  QuantileSummary summary{quantile(sorted, p), std::nullopt};
  summary.ci95 =
      quantile_interval(sorted, p, kConfidence, effective_samples(series, summary.value));
  return summary;
}

std::optional<QuantileSummary> summarize_tail(std::span<const double> series,
                                              std::span<const double> sorted, double p) {
  if (static_cast<int64_t>(sorted.size()) < samples_needed(p, kConfidence)) return std::nullopt;
  return summarize_quantile(series, sorted, p);
}

QuantileSummary summarize_median(std::span<const std::vector<double>> processes) {
  std::vector<double> medians;
  for (const auto& samples : processes)
    if (!samples.empty()) medians.push_back(quantile(sorted_copy(samples), 0.5));
  return {quantile(sorted_copy(medians), 0.5), process_interval(medians)};
}

std::vector<double> pooled(std::span<const std::vector<double>> processes) {
  std::vector<double> all;
  for (const auto& samples : processes) all.insert(all.end(), samples.begin(), samples.end());
  return all;
}

}  // namespace

std::optional<double> relative_half_width(const QuantileSummary& quantile) {
  if (!quantile.ci95) return std::nullopt;
  const auto& [value, interval] = quantile;
  if (interval->low == interval->high) return 0;
  if (value <= 0) return std::nullopt;
  return std::max(interval->high - value, value - interval->low) / value;
}

std::optional<Interval> process_interval(std::span<const double> medians, double confidence) {
  if (medians.size() < 2) return std::nullopt;
  const std::vector<double> sorted = sorted_copy(medians);
  if (sorted.size() >= kProcessesForOrderStatistics)
    if (const auto interval = quantile_interval(sorted, 0.5, confidence)) return interval;
  if (sorted.front() <= 0) return student_interval(sorted, confidence);
  std::vector<double> logarithms;
  for (const double median : sorted) logarithms.push_back(std::log(median));
  const Interval interval = student_interval(logarithms, confidence);
  return Interval{std::exp(interval.low), std::exp(interval.high)};
}

std::optional<Summary> summarize(std::span<const std::vector<double>> processes) {
  const std::vector<double> series = pooled(processes);
  if (series.empty()) return std::nullopt;
  for (size_t i = 0; i < series.size(); ++i)
    if (!std::isfinite(series[i])) throw Error("sample {} is {}, not a number", i + 1, series[i]);
  const std::vector<double> sorted = sorted_copy(series);

  Summary summary;
  summary.samples = static_cast<int64_t>(series.size());
  summary.processes = std::ranges::count_if(processes, [](const auto& s) { return !s.empty(); });
  summary.mean =
      std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
  summary.min = sorted.front();
  summary.max = sorted.back();
  summary.median = summary.processes == 1 ? summarize_quantile(series, sorted, 0.5)
                                          : summarize_median(processes);
  summary.p90 = summarize_tail(series, sorted, 0.90);
  summary.p95 = summarize_tail(series, sorted, 0.95);
  summary.p99 = summarize_tail(series, sorted, 0.99);
  summary.lag1 = lag1(processes);
  return summary;
}

}  // namespace assay
