// SPDX-License-Identifier: MIT
#include "stats/autocorrelation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace assay {
namespace {

// AR(1) with unit variance.
std::vector<double> chain(double rho, size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> gauss;
  std::vector<double> values(count);
  double state = gauss(random);
  for (double& value : values) {
    state = rho * state + std::sqrt(1 - rho * rho) * gauss(random);
    value = state;
  }
  return values;
}

TEST(Autocorrelation, of_a_known_chain_is_its_coefficient) {
  for (const double rho : {-0.5, 0.0, 0.5, 0.9})
    EXPECT_NEAR(*lag1(std::vector<std::vector<double>>{chain(rho, 20000, 1)}), rho, 0.03) << rho;
}

TEST(Autocorrelation, of_too_little_or_of_a_constant_is_nothing) {
  EXPECT_FALSE(lag1(std::vector<std::vector<double>>{}));
  EXPECT_FALSE(lag1(std::vector<std::vector<double>>{{1, 2}}));
  EXPECT_FALSE(lag1(std::vector<std::vector<double>>{{4, 4, 4, 4}}));
}

// For a Gaussian chain the indicator of being below the median has autocorrelation
// (2/pi) asin(rho^k) (the arcsine law), whose sum gives the independent samples' count.
TEST(EffectiveSamples, of_a_known_chain_follow_the_arcsine_law) {
  for (const double rho : {0.3, 0.6, 0.9, 0.99})
    for (const size_t count : {size_t{4000}, size_t{40000}}) {
      double time = 1;
      for (int k = 1; k < 2000; ++k) time += 4 / M_PI * std::asin(std::pow(rho, k));
      const double expected = static_cast<double>(count) / time;
      double mean = 0;
      for (uint64_t seed = 0; seed < 20; ++seed)
        mean += static_cast<double>(effective_samples(chain(rho, count, seed), 0)) / 20;
      EXPECT_NEAR(mean / expected, 1, 0.25) << rho << " " << count;
    }
}

TEST(EffectiveSamples, of_independent_samples_are_nearly_all) {
  for (const size_t count : {size_t{100}, size_t{1000}, size_t{100000}}) {
    double mean = 0;
    for (uint64_t seed = 0; seed < 50; ++seed) {
      const auto worth = static_cast<double>(effective_samples(chain(0, count, seed), 0));
      EXPECT_LE(worth, static_cast<double>(count));
      mean += worth / static_cast<double>(count) / 50;
    }
    EXPECT_GT(mean, 0.9) << count;
  }
}

TEST(EffectiveSamples, of_a_series_that_alternates_never_exceed_its_count) {
  std::vector<double> values(1000);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 2);
  EXPECT_EQ(effective_samples(values, 0.5), 1000);
}

TEST(EffectiveSamples, of_one_slow_step_are_a_handful) {
  std::vector<double> values(1000, 1.0);
  std::fill(values.begin() + 500, values.end(), 2.0);
  EXPECT_LT(effective_samples(values, 1.5), 6);
  EXPECT_GE(effective_samples(values, 1.5), 1);
}

TEST(EffectiveSamples, of_few_or_equal_samples_are_the_count) {
  EXPECT_EQ(effective_samples(std::vector<double>{3}, 3), 1);
  EXPECT_EQ(effective_samples(std::vector<double>(5000, 3.0), 3), 5000);
}

}  // namespace
}  // namespace assay
