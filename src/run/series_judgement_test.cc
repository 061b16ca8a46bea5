// SPDX-License-Identifier: MIT
#include "run/series_judgement.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/random.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// 1 ms with noise of so many percent; `factor(i)` on top of it.
std::vector<int64_t> series(const std::function<double(int)>& factor, uint64_t seed = 1,
                            double noise = 0.005, int count = 600) {
  const uint64_t key = stream_key(seed, "series");
  std::vector<int64_t> samples;
  for (int i = 0; i < count; ++i) {
    const double jitter = 1 + noise * random_uniform(key, static_cast<uint64_t>(i));
    samples.push_back(std::llround(1e6 * factor(i) * jitter));
  }
  return samples;
}

double level(int) {
  return 1;
}

Measurement of(std::vector<std::vector<int64_t>> processes) {
  Measurement measurement;
  for (auto& samples : processes) {
    measurement.processes.emplace_back();
    measurement.processes.back().latency_ns = std::move(samples);
  }
  return measurement;
}

TEST(SeriesJudgement, finds_nothing_wrong_with_a_level_series) {
  Measurement measurement = of({series(level), series(level, 2)});
  judge_steadiness(measurement);
  EXPECT_EQ(measurement.steady_state, "flat");
  EXPECT_THAT(measurement.doubts, IsEmpty());
  EXPECT_EQ(measurement.processes[0].steady_begin, 0);
}

TEST(SeriesJudgement, summarizes_only_the_steady_part_and_keeps_the_series) {
  const auto warming = [](int i) { return i < 150 ? 1.5 : 1; };
  Measurement measurement = of({series(level), series(warming)});
  judge_steadiness(measurement);
  EXPECT_EQ(measurement.steady_state, "warmup") << "of the process that is worst";
  EXPECT_THAT(measurement.doubts, IsEmpty());
  EXPECT_NEAR(static_cast<double>(measurement.processes[1].steady_begin), 150, 10);
  EXPECT_EQ(measurement.processes[1].latency_ns.size(), 600u);
  const auto kept = steady_latencies_ms(measurement);
  EXPECT_EQ(kept[0].size(), 600u);
  EXPECT_NEAR(static_cast<double>(kept[1].size()), 450, 10);
  EXPECT_LT(*std::ranges::max_element(kept[1]), 1.1);
}

TEST(SeriesJudgement, doubts_a_drift_and_levels_that_jump_and_then_keeps_all_samples) {
  Measurement drift = of({series([](int i) { return 1 + i / 2000.0; })});
  judge_steadiness(drift);
  EXPECT_EQ(drift.steady_state, "drifting");
  EXPECT_THAT(drift.doubts, ElementsAre(Doubt::drifting));
  EXPECT_EQ(drift.processes[0].steady_begin, 0);
  Measurement jumps = of({series([](int i) { return i % 200 < 100 ? 1.0 : 1.3; })});
  judge_steadiness(jumps);
  EXPECT_THAT(jumps.doubts, ElementsAre(Doubt::no_steady_state)) << jumps.steady_state;
}

TEST(SeriesJudgement, doubts_a_level_that_became_slower_and_summarizes_what_comes_after_it) {
  Measurement step = of({series([](int i) { return i < 300 ? 1.0 : 1.2; })});
  judge_steadiness(step);
  EXPECT_EQ(step.steady_state, "slowdown");
  EXPECT_THAT(step.doubts, ElementsAre(Doubt::slowed_down));
  EXPECT_NEAR(static_cast<double>(step.processes[0].steady_begin), 300, 3);
}

TEST(SeriesJudgement, says_nothing_of_a_handful_of_samples_and_of_a_queue) {
  Measurement few = of({series(level, 1, 0.005, 11)});
  judge_steadiness(few);
  EXPECT_EQ(few.steady_state, "");
  Measurement queue = of({series([](int i) { return i < 200 ? 9.0 : 1.0; })});
  queue.configuration.scenario = Scenario::server;
  judge_steadiness(queue);
  EXPECT_EQ(queue.steady_state, "");
  EXPECT_FALSE(find_steady_part(queue.processes[0], Scenario::server));
  EXPECT_EQ(queue.processes[0].steady_begin, 0);
  EXPECT_TRUE(find_steady_part(queue.processes[0], Scenario::offline));
  EXPECT_GT(queue.processes[0].steady_begin, 0);
  EXPECT_THAT(queue.doubts, IsEmpty());
}

TEST(SeriesJudgement, doubts_an_interval_wider_than_a_tenth_of_the_median_and_a_missing_one) {
  Measurement quiet = of({series(level, 1, 0.02), series(level, 2, 0.02)});
  judge_noise(quiet);
  EXPECT_THAT(quiet.doubts, IsEmpty());
  Measurement scattered = of({series(level, 1, 0.02), series([](int) { return 1.5; }, 2, 0.02)});
  judge_noise(scattered);
  EXPECT_THAT(scattered.doubts, ElementsAre(Doubt::noisy)) << "processes differ by half";
  Measurement without_interval = of({{1'000'000}});
  judge_noise(without_interval);
  EXPECT_THAT(without_interval.doubts, ElementsAre(Doubt::too_few_samples));
}

TEST(SeriesJudgement, of_a_clock_too_coarse_is_that_nothing_varies_or_that_it_is_noise) {
  Measurement zeros = of({std::vector<int64_t>(100, 0)});
  judge_noise(zeros);
  EXPECT_THAT(zeros.doubts, IsEmpty()) << "all alike";
  Measurement coarse = of({{0, 0, 0, 1000, 0, 1000, 0, 1000, 0}});
  judge_noise(coarse);
  EXPECT_THAT(coarse.doubts, ElementsAre(Doubt::noisy));
}

CiTarget judged(Measurement measurement, double asked) {
  judge_steadiness(measurement);
  judge_target(measurement, asked);
  const bool doubted = std::ranges::count(measurement.doubts, Doubt::target_not_reached) > 0;
  EXPECT_EQ(doubted, !measurement.ci_target->reason.empty());
  return *measurement.ci_target;
}

TEST(SeriesJudgement, tells_whether_the_target_was_reached_and_if_not_why) {
  const CiTarget reached = judged(of({series(level)}), 0.01);
  EXPECT_EQ(reached.reason, "");
  EXPECT_LT(reached.reached.value(), 0.01);
  EXPECT_EQ(judged(of({series(level, 1, 0.2)}), 0.001).reason, "noise");
  EXPECT_EQ(judged(of({series([](int i) { return 1 + i / 500.0; })}), 0.001).reason, "drift");
  const CiTarget few = judged(of({series(level, 1, 0.005, 5)}), 0.5);
  EXPECT_EQ(few.reason, "too_few_samples");
  EXPECT_EQ(few.reached, std::nullopt);
}

TEST(SeriesJudgement, judges_the_interval_over_processes_and_says_when_it_is_they_that_differ) {
  const auto slower = [](int) { return 1.1; };
  EXPECT_EQ(judged(of({series(level), series(slower, 2)}), 0.01).reason, "processes");
  std::vector<std::vector<int64_t>> noisy;
  for (uint64_t seed = 1; seed <= 8; ++seed) noisy.push_back(series(level, seed, 0.5));
  EXPECT_EQ(judged(of(noisy), 0.001).reason, "noise");
  const CiTarget alike = judged(of({series(level), series(level, 2), series(level, 3)}), 0.01);
  EXPECT_EQ(alike.reason, "");
}

}  // namespace
}  // namespace assay
