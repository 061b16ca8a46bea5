// SPDX-License-Identifier: MIT
#include "stats/quantile.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace assay {
namespace {

// P(low <= B < high) for B the samples below the quantile, by summing the probabilities: the
// textbook's formula, apart from the code under test.
double exact_coverage(int64_t n, double p, Ranks ranks) {
  double sum = 0;
  for (int64_t k = ranks.low; k < ranks.high; ++k)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                    static_cast<double>(k) * std::log(p) +
                    static_cast<double>(n - k) * std::log1p(-p));
  return sum;
}

TEST(Quantile, interpolates_between_neighbours_as_type_7) {
  const std::vector<double> sorted = {1, 2, 4, 8};
  EXPECT_EQ(quantile(sorted, 0), 1);
  EXPECT_EQ(quantile(sorted, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.9), 6.8);  // R: quantile(c(1,2,4,8), 0.9)
  EXPECT_EQ(quantile(sorted, 1), 8);
  EXPECT_EQ(quantile(std::vector<double>{7}, 0.99), 7);
}

RC_GTEST_PROP(Quantile, rises_with_p_and_stays_between_the_extremes, ()) {
  auto values = *rc::gen::nonEmpty<std::vector<double>>();
  std::ranges::sort(values);
  const double p = *rc::gen::inRange(0, 1001) / 1000.0;
  const double q = *rc::gen::inRange(0, 1001) / 1000.0;
  RC_ASSERT(quantile(values, std::min(p, q)) <= quantile(values, std::max(p, q)));
  RC_ASSERT(quantile(values, p) >= values.front() && quantile(values, p) <= values.back());
}

TEST(Median, is_the_middle_one_or_the_mean_of_two_in_any_order) {
  EXPECT_EQ(median(std::vector<double>{5}), 5);
  EXPECT_EQ(median(std::vector<double>{9, 1, 4}), 4);
  EXPECT_EQ(median(std::vector<double>{9, 1, 4, 2}), 3);
  EXPECT_EQ(median(std::vector<int64_t>{7, 1, 2, 8}), 4.5);
  std::vector<double> many;
  for (int i = 0; i < 1000; ++i) many.push_back(i * 7919 % 1000);
  EXPECT_EQ(median(many), 499.5);
}

TEST(QuantileRanks, are_those_of_the_published_tables_for_the_median) {
  // David and Nagaraja, section 7.1; Conover, "Practical Nonparametric Statistics", table A3.
  EXPECT_EQ(quantile_ranks(6, 0.5), (Ranks{1, 6}));
  EXPECT_EQ(quantile_ranks(10, 0.5), (Ranks{2, 9}));
  EXPECT_EQ(quantile_ranks(50, 0.5), (Ranks{18, 33}));
  EXPECT_EQ(quantile_ranks(100, 0.5), (Ranks{40, 61}));
}

TEST(QuantileRanks, hold_their_confidence_and_are_the_tightest_that_do) {
  for (const double p : {0.1, 0.5, 0.9, 0.95, 0.99})
    for (int64_t n = 1; n <= 1200; n = n < 400 ? n + 1 : n + 97) {
      const auto ranks = quantile_ranks(n, p);
      if (!ranks) continue;
      EXPECT_GE(exact_coverage(n, p, *ranks), 0.95) << n << " " << p;
      const double half = 0.025 + 1e-12;
      const bool two_sided = exact_coverage(n, p, {0, ranks->low}) <= half &&
                             exact_coverage(n, p, {ranks->high, n + 1}) <= half;
      if (!two_sided) continue;
      EXPECT_GT(exact_coverage(n, p, {0, ranks->low + 1}), 0.025) << n << " " << p;
      EXPECT_GT(exact_coverage(n, p, {ranks->high - 1, n + 1}), 0.025) << n << " " << p;
    }
}

TEST(UnbiasedQuantile, lies_above_the_truth_as_often_as_below_where_the_plain_one_does_not) {
  for (const int n : {29, 59, 299, 1000}) {
    std::vector<double> sorted(static_cast<size_t>(n));
    for (size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<double>(i + 1);
    for (const double p : {0.9, 0.95, 0.99}) {
      if (n < samples_needed(p)) continue;
      const auto share_above = [&](double rank) {  // of the true quantile, by interpolation
        const auto low = static_cast<int64_t>(rank);
        return std::lerp(exact_coverage(n, p, {0, low}), exact_coverage(n, p, {0, low + 1}),
                         rank - std::floor(rank));
      };
      EXPECT_NEAR(share_above(unbiased_quantile(sorted, p)), 0.5, 0.005) << n << " " << p;
      EXPECT_LT(share_above(quantile(sorted, p)), 0.485) << n << " " << p;
    }
  }
  EXPECT_EQ(unbiased_quantile(std::vector<double>{1, 2, 4}, 0.5), 2);
  EXPECT_EQ(unbiased_quantile(std::vector<double>{1, 2, 4}, 0), 1);
  EXPECT_EQ(unbiased_quantile(std::vector<double>{1, 2, 4}, 1), 4);
  EXPECT_EQ(unbiased_quantile(std::vector<double>{7}, 0.99), 7);
}

TEST(QuantileRanks, exist_from_six_samples_for_the_median_and_from_samples_needed_for_a_tail) {
  for (int64_t n = -1; n < 400; ++n) {
    EXPECT_EQ(quantile_ranks(n, 0.5).has_value(), n >= 6) << n;
    for (const double p : {0.9, 0.95, 0.99})
      EXPECT_EQ(quantile_ranks(n, p).has_value(), n >= samples_needed(p)) << n << " " << p;
  }
}

TEST(QuantileRanks, of_ten_million_samples_take_milliseconds) {
  const auto start = std::chrono::steady_clock::now();
  const auto ranks = quantile_ranks(10'000'000, 0.5);
  const auto tail = quantile_ranks(10'000'000, 0.99);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
  // The normal approximation is exact to a rank or two here: n/2 -+ 1.959964 sqrt(n)/2.
  ASSERT_TRUE(ranks && tail);
  EXPECT_NEAR(static_cast<double>(ranks->low), 5'000'000 - 3099.0, 2);
  EXPECT_NEAR(static_cast<double>(ranks->high), 5'000'000 + 3100.0, 2);
  EXPECT_NEAR(static_cast<double>(tail->high - tail->low), 2 * 1.959964 * std::sqrt(99000.0), 4);
}

TEST(QuantileInterval, is_the_whole_range_for_six_samples) {
  const std::vector<double> sorted = {1, 2, 3, 4, 5, 9};
  EXPECT_EQ(quantile_interval(sorted, 0.5), (Interval{1, 9}));
  EXPECT_EQ(quantile_interval(std::span(sorted).first(5), 0.5), std::nullopt);
}

TEST(QuantileInterval, widens_when_the_series_is_worth_fewer_independent_samples) {
  std::vector<double> sorted(1000);
  for (size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<double>(i);
  EXPECT_EQ(quantile_interval(sorted, 0.5, 0.95, 1000), quantile_interval(sorted, 0.5));
  Interval last = *quantile_interval(sorted, 0.5);
  for (const int64_t worth : {500, 100, 20, 6}) {
    const Interval wider = *quantile_interval(sorted, 0.5, 0.95, worth);
    EXPECT_LT(wider.low, last.low) << worth;
    EXPECT_GT(wider.high, last.high) << worth;
    last = wider;
  }
  EXPECT_EQ(last, (Interval{0, 999}));
  EXPECT_EQ(quantile_interval(sorted, 0.5, 0.95, 5), std::nullopt);
}

TEST(SamplesNeeded, are_the_floors_of_the_method) {
  EXPECT_EQ(samples_needed(0.90), 29);
  EXPECT_EQ(samples_needed(0.95), 59);
  EXPECT_EQ(samples_needed(0.99), 299);
  EXPECT_EQ(samples_needed(0.999), 2995);
  EXPECT_EQ(samples_needed(0.90, 0.99), 44);
  EXPECT_EQ(samples_needed(0.95, 0.99), 90);
  EXPECT_EQ(samples_needed(0.99, 0.99), 459);
  EXPECT_EQ(samples_needed(0.999, 0.99), 4603);
  EXPECT_EQ(samples_needed(0.10), 29);
}

}  // namespace
}  // namespace assay
