// SPDX-License-Identifier: MIT
#include "stats/compare.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "base/error.h"
#include "stats/autocorrelation.h"

namespace assay {
namespace {

void expect_latency(double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw Error("a latency of {} cannot be compared: it must be a positive number", value);
}

std::vector<double> round_ratios(const PairedRounds& rounds) {
  ASSAY_CHECK(rounds.a.size() == rounds.b.size());
  std::vector<double> ratios;
  for (size_t i = 0; i < rounds.a.size(); ++i) {
    expect_latency(rounds.a[i]);
    expect_latency(rounds.b[i]);
    ratios.push_back(rounds.b[i] / rounds.a[i]);
  }
  return ratios;
}

// The median on logarithms: between the two middle ratios it is their geometric mean, so that
// swapping A and B gives exactly the reciprocal.
double median_ratio(std::vector<double> ratios) {
  std::ranges::sort(ratios);
  const size_t middle = ratios.size() / 2;
  if (ratios.size() % 2 == 1) return ratios[middle];
  return std::sqrt(ratios[middle - 1]) * std::sqrt(ratios[middle]);
}

std::optional<Interval> rounds_interval(std::span<const double> ratios, double median,
                                        double confidence) {
  std::vector<double> sorted(ratios.begin(), ratios.end());
  std::ranges::sort(sorted);
  return quantile_interval(sorted, 0.5, confidence, effective_samples(ratios, median));
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::same:
      return "same";
    case Verdict::slower:
      return "slower";
    case Verdict::faster:
      return "faster";
    case Verdict::cannot_tell:
      return "cannot_tell";
  }
  ASSAY_CHECK(false);
  return "";
}

double confidence_of_each(size_t comparisons) {
  ASSAY_CHECK(comparisons > 0);
  return 1 - 0.05 / static_cast<double>(comparisons);
}

std::optional<double> half_width_of(const Comparison& comparison) {
  if (!comparison.ci95 || comparison.ci95->low <= 0) return std::nullopt;
  return std::max(std::log(comparison.ci95->high / comparison.ratio),
                  std::log(comparison.ratio / comparison.ci95->low));
}

std::optional<Comparison> compare_paired(std::span<const PairedRounds> pairs, double confidence) {
  std::vector<double> of_pairs;
  std::vector<double> rounds;
  for (const PairedRounds& pair : pairs) {
    std::vector<double> ratios = round_ratios(pair);
    if (ratios.empty()) continue;
    of_pairs.push_back(median_ratio(ratios));
    rounds = std::move(ratios);
  }
  if (of_pairs.empty()) return std::nullopt;
  Comparison comparison;
  comparison.pairs = static_cast<int64_t>(of_pairs.size());
  comparison.ratio = median_ratio(of_pairs);
  comparison.ci95 = of_pairs.size() == 1 ? rounds_interval(rounds, comparison.ratio, confidence)
                                         : process_interval(of_pairs, confidence);
  return comparison;
}

Comparison compare_apart(const Summary& a, const Summary& b, double confidence) {
  expect_latency(a.median.value);
  expect_latency(b.median.value);
  Comparison comparison;
  comparison.paired = false;
  comparison.pairs = std::min(a.processes, b.processes);
  comparison.ratio = b.median.value / a.median.value;
  if (!a.median.ci95 || !b.median.ci95) return comparison;
  const boost::math::normal_distribution<double> normal;
  const double wider = boost::math::quantile(normal, (1 + confidence) / 2) /
                       boost::math::quantile(normal, (1 + 0.95) / 2);
  const auto below = [](const Summary& s) { return std::log(s.median.value / s.median.ci95->low); };
  const auto above = [](const Summary& s) {
    return std::log(s.median.ci95->high / s.median.value);
  };
  comparison.ci95 = Interval{comparison.ratio * std::exp(-wider * std::hypot(below(b), above(a))),
                             comparison.ratio * std::exp(wider * std::hypot(above(b), below(a)))};
  return comparison;
}

Verdict verdict_of(const Comparison& comparison, double threshold) {
  ASSAY_CHECK(threshold >= 0);
  if (!comparison.ci95) return Verdict::cannot_tell;
  const auto [low, high] = *comparison.ci95;
  if (threshold > 0 && low >= 1 - threshold && high <= 1 + threshold) return Verdict::same;
  if (low > 1) return Verdict::slower;
  if (high < 1) return Verdict::faster;
  return Verdict::cannot_tell;
}

bool is_regression(const Comparison& comparison, double threshold) {
  return comparison.ci95 && comparison.ci95->low > 1 + threshold;
}

}  // namespace assay
