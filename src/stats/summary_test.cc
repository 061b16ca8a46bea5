// SPDX-License-Identifier: MIT
#include "stats/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/clock.h"
#include "base/error.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Processes = std::vector<std::vector<double>>;

std::vector<double> one_to(int n) {
  std::vector<double> values(static_cast<size_t>(n));
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

TEST(Summary, of_nothing_is_nothing) {
  EXPECT_FALSE(summarize(Processes{}));
  EXPECT_FALSE(summarize(Processes{{}, {}}));
}

TEST(Summary, of_one_sample_is_that_sample_without_an_interval) {
  const Summary summary = *summarize(Processes{{7}});
  EXPECT_EQ(summary.samples, 1);
  EXPECT_EQ(summary.processes, 1);
  EXPECT_EQ(summary.median.value, 7);
  EXPECT_EQ(summary.min, 7);
  EXPECT_EQ(summary.max, 7);
  EXPECT_EQ(summary.mean, 7);
  EXPECT_FALSE(summary.median.ci95);
  EXPECT_FALSE(summary.p90 || summary.p95 || summary.p99);
  EXPECT_FALSE(summary.lag1);
}

TEST(Summary, of_equal_samples_has_an_interval_of_no_width_and_no_autocorrelation) {
  const Summary summary = *summarize(Processes{std::vector<double>(300, 5.0)});
  EXPECT_EQ(summary.median.ci95, (Interval{5, 5}));
  EXPECT_EQ(summary.p99->value, 5);
  EXPECT_EQ(summary.p99->ci95, (Interval{5, 5}));
  EXPECT_FALSE(summary.lag1);
}

TEST(Summary, shows_a_tail_quantile_only_from_its_floor_on) {
  const auto of = [](int n) { return *summarize(Processes{one_to(n)}); };
  EXPECT_FALSE(of(28).p90);
  EXPECT_TRUE(of(29).p90);
  EXPECT_FALSE(of(58).p95);
  EXPECT_TRUE(of(59).p95);
  EXPECT_FALSE(of(298).p99);
  EXPECT_TRUE(of(299).p99);
  EXPECT_DOUBLE_EQ(of(299).p99->value, 296.02);
}

std::vector<double> times(double factor, std::vector<double> values) {
  for (double& value : values) value *= factor;
  return values;
}

// Ten processes that differ by 10 %: the interval is theirs, and not that of 3,000 samples.
TEST(Summary, of_a_tail_over_processes_is_the_median_of_theirs_with_what_they_differ_by) {
  Processes processes;
  for (int i = 0; i < 10; ++i) processes.push_back(times(1 + 0.01 * i, one_to(300)));
  const Summary summary = *summarize(processes);
  EXPECT_EQ(summary.samples, 3000);
  const double p99 = 1 + 0.99 * (300 + 1.0 / 3) - 2.0 / 3;  // of one_to(300)
  ASSERT_TRUE(summary.p99 && summary.p99->ci95);
  EXPECT_NEAR(summary.p99->value, 1.045 * p99, 0.01);
  EXPECT_NEAR(summary.p99->ci95->low, 1.01 * p99, 0.01);   // the second
  EXPECT_NEAR(summary.p99->ci95->high, 1.08 * p99, 0.01);  // and the ninth
}

TEST(Summary, of_a_tail_is_nothing_when_one_process_is_too_short_for_it) {
  EXPECT_TRUE(summarize(Processes{one_to(59), one_to(59)})->p95);
  const Summary summary = *summarize(Processes{one_to(59), one_to(58), one_to(400)});
  EXPECT_TRUE(summary.p90);
  EXPECT_FALSE(summary.p95 || summary.p99);
  EXPECT_TRUE(summarize(Processes{one_to(59), {}})->p95) << "one that has none is left out";
}

TEST(Summary, of_two_to_five_processes_is_students_t_on_log_medians) {
  // log medians 0, 1: mean 0.5, standard error 0.5, t(1, 97.5 %) = 12.7062.
  const Summary summary = *summarize(Processes{{1, 1, 1}, {}, {std::exp(1.0)}});
  EXPECT_EQ(summary.processes, 2);
  EXPECT_DOUBLE_EQ(summary.median.value, (1 + std::exp(1.0)) / 2);
  EXPECT_NEAR(std::log(summary.median.ci95->low), 0.5 - 12.7062 * 0.5, 1e-3);
  EXPECT_NEAR(std::log(summary.median.ci95->high), 0.5 + 12.7062 * 0.5, 1e-3);
}

TEST(Summary, of_six_processes_is_the_order_statistics_of_their_medians) {
  Processes processes;
  for (const double level : {10, 14, 11, 12, 15, 13})
    processes.push_back({level - 1, level, level + 100});
  const Summary summary = *summarize(processes);
  EXPECT_EQ(summary.median.value, 12.5);
  EXPECT_EQ(summary.median.ci95, (Interval{10, 15}));
}

TEST(Summary, a_median_of_zero_gets_an_interval_without_logarithms) {
  const Summary summary = *summarize(Processes{{0}, {2}});
  EXPECT_EQ(summary.median.value, 1);
  EXPECT_NEAR(summary.median.ci95->high, 1 + 12.7062, 1e-3);
}

TEST(Summary, is_the_same_in_whatever_order_processes_come) {
  Processes processes = {{3, 4, 5}, {1, 2, 3}, {9, 9, 9}};
  const Summary forward = *summarize(processes);
  std::ranges::reverse(processes);
  const Summary backward = *summarize(processes);
  EXPECT_EQ(forward.median.value, backward.median.value);
  EXPECT_EQ(forward.median.ci95, backward.median.ci95);
  EXPECT_EQ(forward.max, backward.max);
}

TEST(Summary, a_sample_that_is_no_number_is_refused_and_counted) {
  const auto with = [](double bad) { return [bad] { summarize(Processes{{1, 2}, {3, bad}}); }; };
  EXPECT_THAT(with(std::numeric_limits<double>::quiet_NaN()),
              ThrowsMessage<Error>(HasSubstr("sample 4 is nan")));
  EXPECT_THAT(with(std::numeric_limits<double>::infinity()),
              ThrowsMessage<Error>(HasSubstr("sample 4 is inf")));
}

TEST(Summary, reports_the_autocorrelation_of_the_processes_and_not_of_their_levels) {
  const Summary alternating = *summarize(Processes{{1, 3, 1, 3, 1, 3}, {101, 103, 101, 103}});
  EXPECT_NEAR(*alternating.lag1, -0.8, 1e-12);
}

TEST(Summary, of_ten_million_samples_takes_under_a_second_when_optimized) {
#ifdef __OPTIMIZE__
  constexpr int64_t kSamples = 10'000'000;
#else
  constexpr int64_t kSamples = 100'000;  // only that it works
#endif
  Processes processes(1, std::vector<double>(kSamples));
  uint64_t state = 1;
  for (double& value : processes[0]) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    value = static_cast<double>(state >> 40);
  }
  const int64_t start = process_cpu_ns();  // other work on the machine does not count
  const Summary summary = *summarize(processes);
  const double seconds = static_cast<double>(process_cpu_ns() - start) * 1e-9;
  EXPECT_EQ(summary.samples, kSamples);
  EXPECT_NEAR(summary.median.value, std::exp2(23), std::exp2(23) * 0.01);
#ifdef __OPTIMIZE__
  EXPECT_LT(seconds, 1.0);
#endif
  RecordProperty("seconds", std::to_string(seconds));
}

}  // namespace
}  // namespace assay
