// SPDX-License-Identifier: MIT
#include "stats/autocorrelation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace assay {
namespace {

// Below this many samples dependence cannot be told from chance.
constexpr size_t kFewestSamples = 100;
// Longer series are first summed in blocks, so that the sum over lags stays cheap.
constexpr size_t kMostPoints = 4096;
// The normal quantile of a one-sided 95 % test.
constexpr double kOneSided95 = 1.645;

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double autocovariance(std::span<const double> centred, size_t lag) {
  const auto shifted = centred.subspan(lag);
  return std::inner_product(shifted.begin(), shifted.end(), centred.begin(), 0.0) /
         static_cast<double>(centred.size());
}

// 1 + 2 (rho_1 + rho_2 + ...) of a series with mean 0, by Geyer's sequence of pairs.
double autocorrelation_time(std::span<const double> centred) {
  const double variance = autocovariance(centred, 0);
  if (variance <= 0) return 1;
  const double chance = kOneSided95 / std::sqrt(static_cast<double>(centred.size()));
  if (autocovariance(centred, 1) < chance * variance) return 1;
  double sum = 0;
  double least = HUGE_VAL;
  for (size_t lag = 0; lag + 1 < centred.size(); lag += 2) {
    const double pair = autocovariance(centred, lag) + autocovariance(centred, lag + 1);
    if (pair <= 0) break;
    least = std::min(least, pair);
    sum += least;
  }
  return 2 * sum / variance - 1;
}

}  // namespace

std::optional<double> lag1(std::span<const std::vector<double>> series) {
  double numerator = 0;
  double denominator = 0;
  for (const auto& values : series) {
    if (values.size() < 3) continue;
    const double mean = mean_of(values);
    for (size_t i = 0; i < values.size(); ++i) {
      denominator += (values[i] - mean) * (values[i] - mean);
      if (i > 0) numerator += (values[i] - mean) * (values[i - 1] - mean);
    }
  }
  if (!(denominator > 0)) return std::nullopt;
  return numerator / denominator;
}

int64_t effective_samples(std::span<const double> series, double at) {
  const size_t count = series.size();
  ASSAY_CHECK(count > 0);
  if (count < kFewestSamples) return static_cast<int64_t>(count);
  const size_t block = (count + kMostPoints - 1) / kMostPoints;
  std::vector<double> points(count / block);
  double at_most = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const auto samples = series.subspan(i * block, block);
    points[i] =
        static_cast<double>(std::ranges::count_if(samples, [&](double x) { return x <= at; }));
    at_most += points[i];
  }
  const double share = at_most / static_cast<double>(points.size() * block);
  for (double& point : points) point -= share * static_cast<double>(block);
  // What one block's sum varies by, beyond what independent samples would.
  const double independent = share * (1 - share) * static_cast<double>(block);
  if (independent <= 0) return static_cast<int64_t>(count);
  const double time = autocorrelation_time(points) * autocovariance(points, 0) / independent;
  const double worth = static_cast<double>(count) / std::max(1.0, time);
  return std::clamp(static_cast<int64_t>(worth), int64_t{1}, static_cast<int64_t>(count));
}

}  // namespace assay
