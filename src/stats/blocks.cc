// SPDX-License-Identifier: MIT
#include "stats/blocks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "stats/quantile.h"

namespace assay {
namespace {

// With more dependence than this a series cannot be told from one that changes its level.
constexpr double kMostDependence = 0.8;
// Of the differences of neighbours; fewer than the rest are changes of level.
constexpr double kOrdinaryShare = 0.9;
constexpr double kDeviations = 4;
constexpr double kMadToDeviation = 1.4826;  // of a normal distribution

double median_in_place(std::span<double> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::vector<double> centred(std::span<const double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  std::vector<double> result(values.begin(), values.end());
  for (double& value : result) value -= mean;
  return result;
}

// Differences without what changes of level add to them: those are few, and far from the others.
std::vector<double> without_jumps(std::vector<double> differences) {
  std::vector<double> sizes(differences.size());
  std::ranges::transform(differences, sizes.begin(), [](double d) { return std::fabs(d); });
  std::ranges::sort(sizes);
  const double far = std::max(kDeviations * kMadToDeviation * quantile(sizes, 0.5),
                              quantile(sizes, kOrdinaryShare));
  for (double& difference : differences) difference = std::clamp(difference, -far, far);
  return differences;
}

double product_at(std::span<const double> values, size_t lag) {
  return std::inner_product(values.begin() + static_cast<ptrdiff_t>(lag), values.end(),
                            values.begin(), 0.0) /
         static_cast<double>(values.size() - lag);
}

}  // namespace

std::vector<double> block_medians(std::span<const double> samples, size_t size) {
  ASSAY_CHECK(size >= 1 && samples.size() >= size);
  std::vector<double> copy(samples.begin(), samples.end());
  std::vector<double> medians;
  medians.reserve(copy.size() / size);
  for (size_t begin = 0; begin < copy.size();) {
    const size_t length = begin == 0 ? size + copy.size() % size : size;
    medians.push_back(median_in_place(std::span(copy).subspan(begin, length)));
    begin += length;
  }
  return medians;
}

std::vector<double> without_spikes(std::span<const double> values, size_t reach) {
  std::vector<double> result(values.size());
  std::vector<double> distances(values.size());
  std::vector<double> window;
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t begin = i < reach ? 0 : i - reach;
    const size_t end = std::min(values.size(), i + reach + 1);
    window.assign(values.begin() + static_cast<ptrdiff_t>(begin),
                  values.begin() + static_cast<ptrdiff_t>(end));
    result[i] = median_in_place(window);
    distances[i] = std::fabs(values[i] - result[i]);
  }
  if (values.empty()) return result;
  const double far = kDeviations * kMadToDeviation * median_in_place(distances);
  for (size_t i = 0; i < values.size(); ++i)
    result[i] = std::clamp(values[i], result[i] - far, result[i] + far);
  return result;
}

double long_run_variance(std::span<const double> values) {
  if (values.size() < 3) return 0;
  std::vector<double> steps(values.size());
  std::adjacent_difference(values.begin(), values.end(), steps.begin());
  const std::vector<double> differences = without_jumps(centred(std::span(steps).subspan(1)));
  const double variance = product_at(differences, 0);
  if (variance <= 0) return 0;
  // Of an AR(1) process with coefficient r, the differences have variance 2 (1 - r) v and lag-1
  // autocorrelation -(1 - r) / 2.
  const double dependence =
      std::clamp(1 + 2 * product_at(differences, 1) / variance, 0.0, kMostDependence);
  return variance / 2 * (1 + dependence) / ((1 - dependence) * (1 - dependence));
}

std::vector<double> autocorrelations(std::span<const double> values, size_t most) {
  ASSAY_CHECK(most < values.size());
  const std::vector<double> series = centred(values);
  std::vector<double> result(most + 1);
  const double variance = product_at(series, 0);
  if (variance <= 0) return result;
  for (size_t lag = 0; lag <= most; ++lag) result[lag] = product_at(series, lag) / variance;
  return result;
}

}  // namespace assay
