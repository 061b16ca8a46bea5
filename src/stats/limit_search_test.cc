// SPDX-License-Identifier: MIT
#include "stats/limit_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "base/random.h"
#include "stats/queue.h"
#include "stats/summary.h"

namespace assay {
namespace {

int run_trials(LimitSearch& loads, const std::function<bool(double)>& holds) {
  int trials = 0;
  while (const auto load = loads.next()) {
    loads.note(*load, holds(*load));
    ++trials;
  }
  return trials;
}

TEST(LimitSearch, finds_the_highest_rate_to_three_percent_in_few_trials) {
  for (const double limit : {950.0, 500.0, 123.0, 20.0}) {
    LimitSearch rates = LimitSearch::of_rates(1000);
    const int trials = run_trials(rates, [&](double rate) { return rate <= limit; });
    ASSERT_TRUE(rates.best()) << limit;
    EXPECT_LE(*rates.best(), limit);
    EXPECT_GE(*rates.best(), limit / 1.03 - 1e-9);
    EXPECT_LE(trials, 12) << limit;
  }
}

TEST(LimitSearch, finds_the_exact_count) {
  for (const int limit : {1, 2, 3, 7, 8, 63, 64}) {
    LimitSearch counts = LimitSearch::of_counts(64);
    const int trials = run_trials(counts, [&](double count) {
      EXPECT_EQ(count, std::floor(count));
      EXPECT_LE(count, 64);
      return count <= limit;
    });
    EXPECT_EQ(counts.best(), limit);
    EXPECT_LE(trials, 12) << limit;
  }
}

TEST(LimitSearch, ends_with_nothing_where_nothing_holds) {
  LimitSearch rates = LimitSearch::of_rates(1000), counts = LimitSearch::of_counts(64);
  EXPECT_LE(run_trials(rates, [](double) { return false; }), 8);
  EXPECT_EQ(run_trials(counts, [](double) { return false; }), 1);
  EXPECT_FALSE(rates.best());
  EXPECT_FALSE(counts.best());
}

// One server, 1 ms a query (M/D/1).
TEST(LimitSearch, finds_the_load_at_which_a_queue_reaches_its_limit) {
  const auto p99_ms = [](double rate) {
    const auto arrivals = poisson_arrivals(
        {.rate_per_s = rate, .seconds = 1e6, .most = 100'000, .key = stream_key(1, "search")});
    const QueueTimes times = simulate_queue(arrivals, 1, [](size_t) { return 1'000'000; });
    std::vector<double> ms;
    for (const int64_t ns : times.latency_ns) ms.push_back(static_cast<double>(ns) / 1e6);
    return *summarize(std::vector<std::vector<double>>{ms})->p99;
  };
  const double limit = p99_ms(600).value;
  LimitSearch rates = LimitSearch::of_rates(1000);
  run_trials(rates, [&](double rate) { return p99_ms(rate).ci95->high <= limit; });
  ASSERT_TRUE(rates.best());
  EXPECT_LE(*rates.best(), 600) << "the upper bound of the p99 has to hold";
  EXPECT_GE(*rates.best(), 540);
}

}  // namespace
}  // namespace assay
