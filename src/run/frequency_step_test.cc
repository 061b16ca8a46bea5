// SPDX-License-Identifier: MIT
#include "run/frequency_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace assay {
namespace {

// Speeds around 3 GHz with a relative standard deviation, by a seed.
std::vector<int64_t> wandering(size_t count, double sigma, uint64_t seed) {
  std::vector<int64_t> speeds;
  for (size_t i = 0; i < count; ++i) {
    double sum = 0;  // of twelve uniforms: normal enough
    for (uint64_t j = 0; j < 12; ++j)
      sum += static_cast<double>(random_u64(seed, 12 * i + j) >> 11) * 0x1p-53;
    speeds.push_back(std::llround(3e9 * (1 + sigma * (sum - 6))));
  }
  return speeds;
}

TEST(FrequencyStep, is_none_in_a_steady_or_unknown_speed) {
  EXPECT_FALSE(has_frequency_step({}));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>{3'000'000'000}));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>(50, 3'000'000'000)));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>(50, 0)));
}

TEST(FrequencyStep, takes_six_looks_three_on_either_side) {
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>{3'000, 2'000}));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>{3'000, 3'000, 3'000, 2'000, 2'000}));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>{3'000, 2'000, 3'000, 3'000, 3'000, 3'000}));
  EXPECT_FALSE(has_frequency_step(std::vector<int64_t>{3'000, 3'000, 3'000, 2'800, 2'800, 2'800}));
  EXPECT_TRUE(has_frequency_step(std::vector<int64_t>{3'000, 3'000, 3'000, 2'700, 2'700, 2'700}));
  EXPECT_TRUE(has_frequency_step(std::vector<int64_t>{2'700, 2'700, 2'700, 3'000, 3'000, 3'000}));
}

TEST(FrequencyStep, is_no_single_look_that_fell_into_a_pause) {
  std::vector<int64_t> speeds(20, 3'000'000'000);
  speeds[7] = speeds[12] = 1'000'000'000;
  EXPECT_FALSE(has_frequency_step(speeds));
}

TEST(FrequencyStep, is_hardly_ever_seen_in_the_noise_of_a_virtual_machine) {
  int false_alarms = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed)
    false_alarms += has_frequency_step(wandering(20 + seed % 100, 0.02, seed));
  EXPECT_LE(false_alarms, 10);
}

TEST(FrequencyStep, of_a_seventh_is_found_wherever_it_is) {
  int found = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    std::vector<int64_t> speeds = wandering(40, 0.02, seed);
    for (size_t i = 5 + seed % 30; i < speeds.size(); ++i) speeds[i] = speeds[i] * 6 / 7;
    found += has_frequency_step(speeds);
  }
  EXPECT_GE(found, 995);
}

TEST(FrequencyStep, is_looked_for_quickly_in_a_long_series) {
  EXPECT_FALSE(has_frequency_step(wandering(20'000, 0.02, 1)));
}

}  // namespace
}  // namespace assay
