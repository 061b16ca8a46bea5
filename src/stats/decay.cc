// SPDX-License-Identifier: MIT
#include "stats/decay.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace assay {
namespace {

constexpr double kShortestTime = 0.01;  // of the series
constexpr int kTimes = 12;              // tried, before the best is refined
constexpr int kRefinements = 4;

class DecayFit {
 public:
  explicit DecayFit(std::span<const double> values) : x_values(values) {
    const auto count = static_cast<double>(values.size());
    x_mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    for (const double value : values) x_squares += (value - x_mean) * (value - x_mean);
  }

  // The best of this time.
  Decay of(double time) const {
    const double ratio = std::exp(-1 / time);
    double shape = 1, sum = 0, squares = 0, products = 0;
    for (const double value : x_values) {
      sum += shape;
      squares += shape * shape;
      products += shape * (value - x_mean);
      shape *= ratio;
    }
    const auto count = static_cast<double>(x_values.size());
    const double spread = squares - sum * sum / count;
    const double size = spread > 0 ? products / spread : 0;
    return {x_mean - size * sum / count, size, time, std::max(0.0, x_squares - size * products)};
  }

 private:
  std::span<const double> x_values;
  double x_mean = 0, x_squares = 0;
};

}  // namespace

double Decay::left_at(double place) const {
  return std::fabs(size) * std::exp(-place / time);
}

double Decay::near_from(double distance) const {
  return std::max(0.0, time * std::log(std::fabs(size) / distance));
}

Decay fit_decay(std::span<const double> values) {
  ASSAY_CHECK(values.size() >= 3);
  const DecayFit fit(values);
  double step = std::pow(1 / kShortestTime, 1.0 / (kTimes - 1));
  double time = kShortestTime * static_cast<double>(values.size());
  Decay best = fit.of(time);
  const auto attempt = [&](double other) {
    const Decay found = fit.of(other);
    if (found.error < best.error) best = found;
  };
  for (int i = 1; i < kTimes; ++i) attempt(time *= step);
  for (int i = 0; i < kRefinements; ++i) {
    step = std::sqrt(step);
    const double middle = best.time;
    attempt(middle * step);
    attempt(middle / step);
  }
  return best;
}

}  // namespace assay
