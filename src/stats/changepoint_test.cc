// SPDX-License-Identifier: MIT
#include "stats/changepoint.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <cmath>
#include <random>

namespace assay {
namespace {

double cost_of(std::span<const double> values, std::vector<size_t> ends, double penalty) {
  ends.push_back(values.size());
  double total = -penalty;
  size_t begin = 0;
  for (const size_t end : ends) {
    double mean = 0;
    for (size_t i = begin; i < end; ++i) mean += values[i] / static_cast<double>(end - begin);
    for (size_t i = begin; i < end; ++i) total += (values[i] - mean) * (values[i] - mean);
    total += penalty;
    begin = end;
  }
  return total;
}

// The least cost over every segmentation.
double least_cost(std::span<const double> values, double penalty, size_t least) {
  const size_t cuts = values.size() - 1;
  double best = HUGE_VAL;
  for (size_t set = 0; set < (size_t{1} << cuts); ++set) {
    std::vector<size_t> points;
    size_t begin = 0;
    bool allowed = true;
    for (size_t i = 0; i < cuts; ++i)
      if (set >> i & 1) {
        allowed = allowed && i + 1 - begin >= least;
        points.push_back(begin = i + 1);
      }
    if (allowed && values.size() - begin >= least)
      best = std::min(best, cost_of(values, points, penalty));
  }
  return best;
}

RC_GTEST_PROP(Changepoints, are_the_best_of_all_segmentations, ()) {
  const auto size = *rc::gen::inRange<size_t>(4, 11);
  const auto whole = *rc::gen::container<std::vector<int>>(size, rc::gen::inRange(-20, 20));
  const std::vector<double> values(whole.begin(), whole.end());
  const double penalty = *rc::gen::inRange(0, 500);
  const auto least = *rc::gen::inRange<size_t>(1, 4);
  if (size < 2 * least) return;
  const auto points = changepoints(values, penalty, least);
  RC_ASSERT(std::fabs(cost_of(values, points, penalty) - least_cost(values, penalty, least)) <
            1e-6);
  size_t begin = 0;
  for (const size_t point : points) {
    RC_ASSERT(point >= begin + least);
    begin = point;
  }
  RC_ASSERT(size - begin >= least);
}

TEST(Changepoints, are_found_where_they_were_planted) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise;
  std::vector<double> values(300);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = (i < 100 ? 0 : i < 180 ? 8 : 4) + noise(random);
  const auto points = changepoints(values, 4 * std::log(300), 2);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_NEAR(static_cast<double>(points[0]), 100, 1);
  EXPECT_NEAR(static_cast<double>(points[1]), 180, 2);
}

TEST(Changepoints, of_noise_alone_are_rare) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> noise;
  int alarms = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> values(512);
    for (double& value : values) value = noise(random);
    alarms += !changepoints(values, 4 * std::log(512), 2).empty();
  }
  EXPECT_LE(alarms, 2);
}

TEST(Changepoints, of_too_little_or_of_a_constant_are_none) {
  EXPECT_TRUE(changepoints({}, 1, 1).empty());
  EXPECT_TRUE(changepoints(std::vector<double>{1, 9, 1}, 0.1, 2).empty());
  EXPECT_TRUE(changepoints(std::vector<double>(100, 3.0), 0.1, 2).empty());
}

}  // namespace
}  // namespace assay
