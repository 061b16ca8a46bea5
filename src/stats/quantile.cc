// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <vector>

#include "base/error.h"

namespace assay {
namespace {

// The largest rank r in [0, n] with P(B <= r - 1) <= miss, for B the number of samples below the
// quantile: that rank lies above the quantile with at most that probability. 0: there is none.
int64_t lower_rank(int64_t n, double p, double miss) {
  const boost::math::binomial_distribution<double> below(static_cast<double>(n), p);
  int64_t good = 0;
  int64_t bad = n + 1;
  while (bad - good > 1) {
    const int64_t middle = good + (bad - good) / 2;
    const bool holds = boost::math::cdf(below, static_cast<double>(middle - 1)) <= miss;
    (holds ? good : bad) = middle;
  }
  return good;
}

// Between order statistics, at a position counted from 0.
double value_at(std::span<const double> sorted, double position) {
  const auto index = static_cast<size_t>(std::max(position, 0.0));
  if (index + 1 >= sorted.size()) return sorted.back();
  const double share = std::max(position, 0.0) - static_cast<double>(index);
  return std::lerp(sorted[index], sorted[index + 1], share);
}

template <typename T>
double middle_of(std::vector<T> values) {
  ASSAY_CHECK(!values.empty());
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::ranges::nth_element(values, middle);
  const auto high = static_cast<double>(*middle);
  if (values.size() % 2 == 1) return high;
  return std::lerp(static_cast<double>(*std::max_element(values.begin(), middle)), high, 0.5);
}

}  // namespace

double quantile(std::span<const double> sorted, double p) {
  ASSAY_CHECK(!sorted.empty() && p >= 0 && p <= 1);
  return value_at(sorted, p * static_cast<double>(sorted.size() - 1));
}

double unbiased_quantile(std::span<const double> sorted, double p) {
  ASSAY_CHECK(!sorted.empty() && p >= 0 && p <= 1);
  return value_at(sorted, p * (static_cast<double>(sorted.size()) + 1.0 / 3) - 2.0 / 3);
}

double median(std::span<const double> values) {
  return middle_of(std::vector(values.begin(), values.end()));
}

double median(std::span<const int64_t> values) {
  return middle_of(std::vector(values.begin(), values.end()));
}

std::optional<Ranks> quantile_ranks(int64_t n, double p, double confidence) {
  ASSAY_CHECK(p > 0 && p < 1 && confidence > 0 && confidence < 1);
  if (n <= 0) return std::nullopt;
  const double miss = 1 - confidence;
  // The upper rank is the lower one of the mirrored problem, counted from the other end.
  int64_t low = lower_rank(n, p, miss / 2);
  int64_t high = lower_rank(n, 1 - p, miss / 2);
  if (high == 0) {
    high = 1;
    low = lower_rank(n, p, miss - std::pow(p, static_cast<double>(n)));
  } else if (low == 0) {
    low = 1;
    high = lower_rank(n, 1 - p, miss - std::pow(1 - p, static_cast<double>(n)));
  }
  if (low < 1 || high < 1 || low >= n + 1 - high) return std::nullopt;
  return Ranks{low, n + 1 - high};
}

std::optional<Interval> quantile_interval(std::span<const double> sorted, double p,
                                          double confidence) {
  return quantile_interval(sorted, p, confidence, static_cast<int64_t>(sorted.size()));
}

std::optional<Interval> quantile_interval(std::span<const double> sorted, double p,
                                          double confidence, int64_t independent) {
  const auto size = static_cast<int64_t>(sorted.size());
  ASSAY_CHECK(independent <= size && size < (int64_t{1} << 31));
  const std::optional<Ranks> ranks = quantile_ranks(independent, p, confidence);
  if (!ranks) return std::nullopt;
  const auto stretched = [&](int64_t rank, int64_t round_up) {
    return static_cast<size_t>(((rank - 1) * (size - 1) + round_up) / (independent - 1));
  };
  return Interval{sorted[stretched(ranks->low, 0)],
                  sorted[stretched(ranks->high, independent - 2)]};
}

int64_t samples_needed(double p, double confidence) {
  ASSAY_CHECK(p > 0 && p < 1 && confidence > 0 && confidence < 1);
  return static_cast<int64_t>(std::ceil(std::log1p(-confidence) / std::log(std::max(p, 1 - p))));
}

}  // namespace assay
