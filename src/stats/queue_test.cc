// SPDX-License-Identifier: MIT
#include "stats/queue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "stats/md1.h"

namespace assay {
namespace {

constexpr int64_t kServiceNs = 1'000'000;

std::vector<int64_t> arrivals(double load, size_t count, const char* name = "test") {
  return poisson_arrivals({.rate_per_s = load * 1e9 / kServiceNs,
                           .seconds = 1e9,
                           .most = count,
                           .key = stream_key(7, name)});
}

double mean(const std::vector<int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Queue, agrees_with_the_analytic_m_d_1_within_2_percent_over_a_million_arrivals) {
  for (const double load : {0.3, 0.6, 0.8}) {
    const auto starts = arrivals(load, 1'000'000);
    QueueTimes times = simulate_queue(starts, 1, [](size_t) { return kServiceNs; });
    const double wait = load / (2 * (1 - load));  // Pollaczek and Khinchine
    EXPECT_NEAR(mean(times.latency_ns) / kServiceNs / (1 + wait), 1, 0.02) << load;
    std::ranges::sort(times.latency_ns);
    for (const double share : {0.5, 0.9, 0.99}) {
      const auto at = static_cast<size_t>(share * static_cast<double>(times.latency_ns.size()));
      const double seen = static_cast<double>(times.latency_ns[at]) / kServiceNs;
      EXPECT_NEAR(seen / md1_quantile(share, load), 1, 0.02) << load << " p" << share;
    }
  }
}

TEST(Queue, has_gaps_between_arrivals_that_are_exponential) {
  const auto starts = arrivals(0.5, 200'000);
  EXPECT_EQ(starts.front(), 0);
  std::vector<int64_t> gaps;
  for (size_t i = 1; i < starts.size(); ++i) gaps.push_back(starts[i] - starts[i - 1]);
  EXPECT_NEAR(mean(gaps) / (2 * kServiceNs), 1, 0.01);
  const auto longer = std::ranges::count_if(gaps, [](int64_t gap) { return gap > 4 * kServiceNs; });
  EXPECT_NEAR(static_cast<double>(longer) / static_cast<double>(gaps.size()), std::exp(-2), 0.003);
}

TEST(Queue, depends_on_the_key_alone_and_ends_where_it_was_told_to) {
  EXPECT_EQ(arrivals(0.5, 1000), arrivals(0.5, 1000));
  EXPECT_NE(arrivals(0.5, 1000), arrivals(0.5, 1000, "another"));
  const auto one_second = poisson_arrivals({.rate_per_s = 1000, .seconds = 1, .most = 1 << 20});
  EXPECT_NEAR(static_cast<double>(one_second.size()), 1000, 150);
  EXPECT_LE(one_second.back(), 1'000'000'000);
  EXPECT_THAT(poisson_arrivals({.rate_per_s = 0.001, .seconds = 1, .most = 9}),
              testing::ElementsAre(0));
}

TEST(Queue, gives_each_arrival_to_the_server_that_is_free_first) {
  const std::vector<int64_t> starts{0, 0, 1, 10};
  const std::vector<int64_t> service{5, 3, 4, 1};
  const auto take = [&](size_t i) { return service[i]; };
  EXPECT_THAT(simulate_queue(starts, 1, take).latency_ns, testing::ElementsAre(5, 8, 11, 3));
  const QueueTimes two = simulate_queue(starts, 2, take);
  EXPECT_THAT(two.latency_ns, testing::ElementsAre(5, 3, 6, 1));
  EXPECT_EQ(two.wall_ns, 11);
  EXPECT_THAT(simulate_queue(starts, 9, take).latency_ns, testing::ElementsAre(5, 3, 4, 1));
}

// A service of 1 ms that stalls for 200 ms in one of 1,000 calls. A closed loop sees one slow
// call; who wants to call at a rate of 500 a second waits behind it, a hundred times over.
TEST(Queue, shows_that_a_closed_loop_hides_the_stalls_that_an_open_loop_suffers) {
  const auto service = [](size_t i) { return i % 1000 == 500 ? 200 * kServiceNs : kServiceNs; };
  std::vector<int64_t> closed;
  for (size_t i = 0; i < 100'000; ++i) closed.push_back(service(i));
  std::vector<int64_t> open = simulate_queue(arrivals(0.5, 100'000), 1, service).latency_ns;
  std::ranges::sort(closed);
  std::ranges::sort(open);
  EXPECT_EQ(closed[99'000], kServiceNs);
  EXPECT_GT(open[99'000], 150 * kServiceNs);
}

}  // namespace
}  // namespace assay
