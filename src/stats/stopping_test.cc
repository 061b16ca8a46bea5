// SPDX-License-Identifier: MIT
#include "stats/stopping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <optional>

#include "base/random.h"
#include "stats/series.h"

namespace assay {
namespace {

class Normal {
 public:
  explicit Normal(uint64_t seed) : x_key(stream_key(seed, "stopping")) {}
  double uniform() {
    return (static_cast<double>(random_u64(x_key, x_index++) >> 11) + 0.5) * 0x1p-53;
  }
  double operator()() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  uint64_t x_key;
  uint64_t x_index = 0;
};

using Source = std::function<double(Normal&)>;

struct Sampled {
  bool done = false;
  std::vector<double> samples;
};

// In bursts of 25, as the Runner feeds it.
Sampled sample(MedianTarget& rule, const Source& next, uint64_t seed, size_t most = 20'000) {
  Normal normal(seed);
  Sampled sampled;
  rule.reset();
  while (!sampled.done && sampled.samples.size() < most) {
    for (int i = 0; i < 25; ++i) {
      sampled.samples.push_back(next(normal));
      rule.add(sampled.samples.back());
    }
    sampled.done = rule.done();
  }
  return sampled;
}

// Share of the runs in which the interval that is shown when the rule stops covers the median.
double coverage(const Source& next, double median, double target, int runs) {
  MedianTarget rule(target);
  int covered = 0;
  for (int run = 0; run < runs; ++run) {
    const Sampled sampled = sample(rule, next, static_cast<uint64_t>(run) + 1);
    EXPECT_TRUE(sampled.done);
    const Summary summary = judge(sampled.samples).value().summary;
    const Interval shown = summary.median.ci95.value();
    EXPECT_LE(shown.high - summary.median.value, target * summary.median.value);
    covered += shown.low <= median && median <= shown.high;
  }
  return static_cast<double>(covered) / runs;
}

TEST(Stopping, leaves_an_interval_that_covers_as_often_as_it_says) {
  const Source narrow = [](Normal& n) { return 1 + 0.05 * n(); };
  const Source skewed = [](Normal& n) { return std::exp(0.4 * n()); };
  const Source tailed = [](Normal& n) { return 1 + 0.02 / std::sqrt(n.uniform()); };
  EXPECT_GE(coverage(narrow, 1, 0.01, 300), 0.93);
  EXPECT_GE(coverage(skewed, 1, 0.1, 300), 0.93);
  EXPECT_GE(coverage(tailed, 1 + 0.02 * std::sqrt(2), 0.005, 300), 0.93);
}

TEST(Stopping, leaves_an_interval_that_covers_also_when_neighbours_are_alike) {
  double state = 0;
  const Source dependent = [&](Normal& n) {
    state = 0.6 * state + 0.8 * n();
    return 1 + 0.05 * state;
  };
  EXPECT_GE(coverage(dependent, 1, 0.01, 300), 0.93);
}

// The process that the constant of the rule is about, with 5 % as the share that leaves its bounds.
TEST(Stopping, takes_a_constant_with_which_all_looks_together_cover) {
  Normal normal(1);
  constexpr double kBound = 2.842;
  EXPECT_NEAR(std::erfc(kBound / std::numbers::sqrt2), 1 - 0.9955, 1e-4);
  int out = 0;
  constexpr int kRuns = 20'000;
  for (int run = 0; run < kRuns; ++run) {
    double count = 100, sum = std::sqrt(count) * normal();
    bool outside = false;
    for (int look = 0; look < 18; ++look) {
      outside = outside || std::fabs(sum) > kBound * std::sqrt(count);
      sum += std::sqrt(0.5 * count) * normal();
      count *= 1.5;
    }
    out += outside;
  }
  EXPECT_NEAR(static_cast<double>(out) / kRuns, 0.05, 0.005);
}

TEST(Stopping, needs_more_samples_for_a_narrower_interval) {
  const Source source = [](Normal& n) { return 1 + 0.05 * n(); };
  MedianTarget wide(0.01), narrow(0.003);
  const size_t few = sample(wide, source, 1).samples.size();
  const size_t many = sample(narrow, source, 1).samples.size();
  EXPECT_GE(few, 150u);
  EXPECT_LT(few, 1500u);
  EXPECT_GT(many, 4 * few) << "(3.3 times narrower takes about 11 times as many)";
  EXPECT_LT(many, 15'000u);
}

TEST(Stopping, does_not_stop_in_a_series_that_is_not_steady_however_narrow_it_is) {
  double level = 1;
  const Source drifting = [&](Normal& n) {
    level *= 1.00002;
    return level * (1 + 0.001 * n());
  };
  MedianTarget rule(0.05);
  // Short stretches of a slow drift look flat, and are: within the target.
  EXPECT_TRUE(sample(rule, drifting, 1).done);
  MedianTarget strict(0.0001);
  EXPECT_FALSE(sample(strict, drifting, 1).done);
}

TEST(Stopping, never_stops_before_there_are_a_hundred_samples) {
  MedianTarget rule(0.5);
  for (int i = 0; i < 99; ++i) rule.add(1);
  EXPECT_FALSE(rule.done());
  rule.add(1);
  EXPECT_TRUE(rule.done()) << "all alike";
  rule.reset();
  EXPECT_FALSE(rule.done());
}

TEST(Stopping, asks_more_of_each_process_the_fewer_there_are) {
  EXPECT_EQ(target_of_each(0.01, 1), 0.01);
  EXPECT_LT(target_of_each(0.01, 2), 0.002);
  EXPECT_LT(target_of_each(0.01, 2), target_of_each(0.01, 3));
  EXPECT_NEAR(target_of_each(0.01, 6), 0.0093, 0.0002);
  EXPECT_EQ(target_of_each(0.01, 50), 0.01);
}

}  // namespace
}  // namespace assay
