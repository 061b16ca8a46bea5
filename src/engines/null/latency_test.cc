// SPDX-License-Identifier: MIT
#include "engines/null/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/clock.h"

namespace assay {
namespace {

SyntheticLatency source(std::map<std::string, std::string> values) {
  values.try_emplace("latency_us", "1000");
  values.try_emplace("seed", "7");
  return SyntheticLatency(Options(SyntheticLatency::declared_options(), values));
}

// Sorted, relative to latency_us.
std::vector<double> draw(const std::map<std::string, std::string>& values, size_t count = 20000) {
  SyntheticLatency latency = source(values);
  std::vector<double> times(count);
  for (double& time : times) time = static_cast<double>(latency.next_ns()) * 1e-6;
  std::ranges::sort(times);
  return times;
}

double median(const std::vector<double>& sorted) {
  return sorted[sorted.size() / 2];
}
double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(SyntheticLatency, is_constant_when_nothing_else_is_asked_for) {
  const auto times = draw({});
  EXPECT_EQ(times.front(), 1);
  EXPECT_EQ(times.back(), 1);
}

TEST(SyntheticLatency, follows_the_distribution_that_it_states) {
  const auto uniform = draw({{"distribution", "uniform"}, {"spread", "0.2"}});
  EXPECT_NEAR(uniform.front(), 0.8, 0.001);
  EXPECT_NEAR(uniform.back(), 1.2, 0.001);
  EXPECT_NEAR(median(uniform), 1, 0.01);

  const auto normal = draw({{"distribution", "normal"}, {"spread", "0.1"}});
  EXPECT_NEAR(mean(normal), 1, 0.005);
  EXPECT_NEAR(normal[normal.size() * 8413 / 10000], 1.1, 0.005) << "one sigma";

  const auto lognormal = draw({{"distribution", "lognormal"}, {"spread", "0.5"}});
  EXPECT_NEAR(median(lognormal), 1, 0.02);
  EXPECT_NEAR(lognormal[lognormal.size() * 8413 / 10000], std::exp(0.5), 0.04);

  const auto exponential = draw({{"distribution", "exponential"}});
  EXPECT_NEAR(mean(exponential), 1, 0.03);
  EXPECT_NEAR(median(exponential), std::log(2), 0.03);

  const auto bimodal = draw({{"distribution", "bimodal"}, {"spread", "2"}});
  EXPECT_EQ(bimodal.front(), 1);
  EXPECT_EQ(bimodal.back(), 3);
  EXPECT_NEAR(mean(bimodal), 2, 0.03);

  const auto pareto = draw({{"distribution", "pareto"}, {"spread", "0.5"}});
  EXPECT_GE(pareto.front(), 1);
  EXPECT_NEAR(median(pareto), std::sqrt(2), 0.03);
}

TEST(SyntheticLatency, never_takes_less_than_no_time) {
  const auto wild = draw({{"distribution", "normal"}, {"spread", "3"}});
  EXPECT_EQ(wild.front(), 0);
}

TEST(SyntheticLatency, repeats_itself_with_a_seed_and_only_then) {
  const std::map<std::string, std::string> seeded = {{"distribution", "normal"}};
  EXPECT_EQ(draw(seeded, 100), draw(seeded, 100));
  EXPECT_NE(draw(seeded, 100), draw({{"distribution", "normal"}, {"seed", "8"}}, 100));
  const std::map<std::string, std::string> fresh = {{"distribution", "normal"}, {"seed", "0"}};
  EXPECT_NE(draw(fresh, 100), draw(fresh, 100));
}

TEST(SyntheticLatency, multiplies_every_run_by_the_factor_of_its_process) {
  const auto times = draw({{"process_spread", "0.3"}}, 100);
  EXPECT_EQ(times.front(), times.back());
  EXPECT_NE(times.front(), 1);
  // Over seeds, the factor is lognormal with median 1.
  std::vector<double> logs;
  for (int seed = 1; seed <= 2000; ++seed)
    logs.push_back(
        std::log(draw({{"process_spread", "0.3"}, {"seed", std::to_string(seed)}}, 1)[0]));
  EXPECT_NEAR(mean(logs), 0, 0.03);
  double squares = 0;
  for (const double value : logs) squares += value * value;
  EXPECT_NEAR(std::sqrt(squares / 2000), 0.3, 0.02);
  // In one process every session has the same factor, though with seed 0 nobody knows it.
  const std::map<std::string, std::string> fresh = {{"process_spread", "0.3"}, {"seed", "0"}};
  EXPECT_EQ(draw(fresh, 1), draw(fresh, 1));
}

TEST(SyntheticLatency, passes_the_time_that_it_promises) {
  for (const char* wait : {"spin", "sleep"}) {
    SyntheticLatency latency = source({{"latency_us", "2000"}, {"wait", wait}});
    const int64_t start_ns = monotonic_ns();
    for (int i = 0; i < 5; ++i) latency.pass();
    EXPECT_GE(monotonic_ns() - start_ns, 10'000'000) << wait;
  }
}

}  // namespace
}  // namespace assay
