// SPDX-License-Identifier: MIT
#include "run/load_search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "base/error_of.h"

namespace assay {
namespace {

using testing::HasSubstr;

Measurement of(double query_seconds, double seconds) {
  Measurement measured;
  ProcessSamples& process = measured.processes.emplace_back();
  process.latency_ns.assign(static_cast<size_t>(seconds / query_seconds),
                            std::llround(query_seconds * 1e9));
  process.burst_sizes = {std::ssize(process.latency_ns)};
  process.wall_seconds = seconds;
  return measured;
}

// A machine on which a call takes 30 ms, and 10 ms more for each stream beside it. It is measured
// for 2 s, or as long as it is told.
struct Streams {
  const Measurement* operator()(const Configuration& asked, double seconds) {
    ++trials;
    last = of(0.02 + 0.01 * asked.streams, std::max(2.0, seconds));
    if (asked.streams >= fails_from) {
      last.outcome = Outcome::run_failed;
      last.reason = "no more sessions";
    }
    return &last;
  }
  Measurement last;
  int fails_from = 1000;
  int trials = 0;
};

Configuration asked_of(Scenario scenario) {
  Configuration asked;
  asked.model = "model";
  asked.engine = "engine";
  asked.scenario = scenario;
  return asked;
}

LoadFound search_streams(const std::string& limit, Streams& streams) {
  return find_load(
             asked_of(Scenario::multi_stream), parse_latency_limit(limit),
             [&](const Configuration& asked, double seconds) { return streams(asked, seconds); })
      .value();
}

TEST(LoadSearch, gives_slow_calls_the_time_that_the_quantile_takes) {
  Streams streams;
  const LoadFound found = search_streams("75ms@p99", streams);
  EXPECT_EQ(found.most, 5) << found.sentence;
  EXPECT_EQ(found.sentence, "model on engine: 75ms@p99 holds up to 5 streams");
  EXPECT_LE(streams.trials, 8);
}

TEST(LoadSearch, that_finds_nothing_says_so) {
  Streams streams;
  const LoadFound found = search_streams("25ms@p90", streams);
  EXPECT_FALSE(found.most);
  EXPECT_THAT(found.sentence, HasSubstr("does not hold with 1 stream"));
  EXPECT_EQ(streams.trials, 1);
}

TEST(LoadSearch, ends_at_a_trial_that_fails_with_what_held_until_then) {
  Streams streams{.last = {}, .fails_from = 4};
  const LoadFound found = search_streams("500ms@p90", streams);
  EXPECT_EQ(found.most, 2);
  EXPECT_THAT(found.sentence,
              HasSubstr("holds up to 2 streams; the search ended at 4 streams: no more sessions"));
  Streams none{.last = {}, .fails_from = 1};
  EXPECT_FALSE(search_streams("500ms@p90", none).most);
}

TEST(LoadSearch, of_a_server_keeps_below_what_a_closed_loop_takes) {
  double highest = 0;
  Measurement last;
  const auto measure = [&](const Configuration& asked, double seconds) {
    if (asked.scenario == Scenario::offline) {
      EXPECT_EQ(asked.rate_per_s, 0);
      last = of(0.001, 2);
      return &last;
    }
    highest = std::max(highest, asked.rate_per_s);
    last = of(1 / asked.rate_per_s, std::max(2.0, seconds));
    for (int64_t& ns : last.processes[0].latency_ns)
      ns = asked.rate_per_s < 300 ? 1 : 1'000'000'000;
    return &last;
  };
  const auto found = find_load(asked_of(Scenario::server), parse_latency_limit("20ms"), measure);
  ASSERT_TRUE(found && found->most) << found->sentence;
  EXPECT_NEAR(*found->most, 295, 5);
  EXPECT_LT(highest, 1000);
}

TEST(LoadSearch, without_enough_samples_ends_and_does_not_say_that_the_limit_fails) {
  Measurement last;
  const auto measure = [&](const Configuration& asked, double) {  // whatever is asked: 0.1 s
    last = of(asked.scenario == Scenario::offline ? 0.001 : 0.01, 0.1);
    return &last;
  };
  const auto found = find_load(asked_of(Scenario::server), parse_latency_limit("20ms"), measure);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->most);
  EXPECT_THAT(found->sentence,
              HasSubstr("was not found to hold; the search ended at 500 queries/s"));
  EXPECT_THAT(found->sentence, HasSubstr("too few samples"));
}

TEST(LoadSearch, is_nothing_when_it_was_interrupted) {
  EXPECT_FALSE(find_load(asked_of(Scenario::server), parse_latency_limit("20ms"),
                         [](const Configuration&, double) { return nullptr; }));
}

TEST(LatencyLimit, is_a_time_and_one_of_the_quantiles_that_are_summarized) {
  const LatencyLimit limit = parse_latency_limit("2.5ms@p95");
  EXPECT_EQ(limit.milliseconds, 2.5);
  EXPECT_EQ(limit.quantile, 0.95);
  EXPECT_EQ(parse_latency_limit("1s").quantile, 0.99);
  EXPECT_THAT(error_of([] { parse_latency_limit("5ms@p98"); }), HasSubstr("p50, p90, p95 and p99"));
  EXPECT_THAT(error_of([] { parse_latency_limit("0ms"); }), HasSubstr("above 0"));
}

TEST(LatencyLimit, is_kept_beyond_doubt_or_not) {
  const LatencyLimit limit = parse_latency_limit("10ms@p90");
  EXPECT_EQ(keeps(limit, of(0.009, 2)), Kept::yes);
  EXPECT_EQ(keeps(limit, of(0.009, 0.2)), Kept::too_few_samples);
  EXPECT_EQ(keeps(limit, of(0.011, 0.2)), Kept::no) << "none was so quick";
  Measurement piling = of(0.009, 2);
  piling.doubts = {Doubt::overloaded};
  EXPECT_EQ(keeps(limit, piling), Kept::no);
}

}  // namespace
}  // namespace assay
