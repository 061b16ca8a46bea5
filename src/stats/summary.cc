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

// Of one process; nothing when it is too short.
std::optional<QuantileSummary> summarize_tail(std::span<const double> series,
                                              std::span<const double> sorted, double p) {
  if (static_cast<int64_t>(sorted.size()) < samples_needed(p, kConfidence)) return std::nullopt;
  return summarize_quantile(series, sorted, p);
}

QuantileSummary median_of_processes(std::span<const double> quantiles) {
  return {median(quantiles), process_interval(quantiles)};
}

// Of several processes; nothing when one of them is too short.
std::optional<QuantileSummary> summarize_tail(std::span<const std::vector<double>> sorted,
                                              double p) {
  std::vector<double> tails;
  for (const auto& process : sorted) {
    if (std::ssize(process) < samples_needed(p, kConfidence)) return std::nullopt;
    tails.push_back(unbiased_quantile(process, p));
  }
  return median_of_processes(tails);
}

QuantileSummary summarize_median(std::span<const std::vector<double>> sorted) {
  std::vector<double> medians;
  for (const auto& process : sorted) medians.push_back(quantile(process, 0.5));
  return median_of_processes(medians);
}

// Those that have samples.
std::vector<std::vector<double>> sorted_copies(std::span<const std::vector<double>> processes) {
  std::vector<std::vector<double>> sorted;
  for (const auto& samples : processes)
    if (!samples.empty()) sorted.push_back(sorted_copy(samples));
  return sorted;
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
  const std::vector<std::vector<double>> sorted = sorted_copies(processes);

  Summary summary;
  summary.samples = std::ssize(series);
  summary.processes = std::ssize(sorted);
  summary.mean =
      std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size());
  const auto [min, max] = std::ranges::minmax(series);
  summary.min = min;
  summary.max = max;
  const bool alone = sorted.size() == 1;
  const auto tail = [&](double p) {
    return alone ? summarize_tail(series, sorted.front(), p) : summarize_tail(sorted, p);
  };
  summary.median =
      alone ? summarize_quantile(series, sorted.front(), 0.5) : summarize_median(sorted);
  summary.p90 = tail(0.90);
  summary.p95 = tail(0.95);
  summary.p99 = tail(0.99);
  summary.lag1 = lag1(processes);
  return summary;
}

}  // namespace assay
