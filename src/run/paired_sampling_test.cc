// SPDX-License-Identifier: MIT
// The plan of a paired comparison, on sessions that are numbers.
#include "run/paired_sampling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace assay {
namespace {

constexpr double kProcessSeconds = 1.5, kCallSeconds = 0.005;

// Calls of 5 ms that scatter by 2 %, in processes that differ by `spread`.
class Sessions : public PairSource {
 public:
  explicit Sessions(double spread, size_t size = 2) : x_spread(spread), x_processes(size) {}

  size_t size() const override { return x_processes.size(); }
  bool ended(size_t job) const override { return job == dies && plans.size() >= dies_after; }
  const std::vector<ProcessSamples>& processes(size_t job) const override {
    return x_processes[job];
  }
  StepCost run_process(const StepPlan& plan) override {
    plans.push_back(plan);
    const auto rounds = static_cast<int64_t>(std::ceil(plan.seconds / plan.burst_seconds - 1e-9));
    for (auto& processes : x_processes) {
      ProcessSamples& process = processes.emplace_back();
      const double level = 5e6 * (1 + x_spread * random());
      const auto calls = static_cast<int64_t>(plan.burst_seconds / kCallSeconds);
      for (int64_t i = 0; i < rounds * calls; ++i)
        process.latency_ns.push_back(std::llround(level * (1 + 0.02 * random())));
      process.burst_sizes.assign(static_cast<size_t>(rounds), calls);
      process.wall_seconds = static_cast<double>(rounds) * plan.burst_seconds;
    }
    return {kProcessSeconds,
            static_cast<double>(rounds) * plan.burst_seconds * static_cast<double>(size()), rounds};
  }
  double sampled_seconds(size_t from, size_t to) const {
    double seconds = 0;
    for (size_t i = from; i < to; ++i) seconds += plans[i].seconds * static_cast<double>(size());
    return seconds;
  }

  std::vector<StepPlan> plans;
  size_t dies = 99, dies_after = 0;

 private:
  double random() { return random_uniform(7, x_drawn++); }

  double x_spread;
  std::vector<std::vector<ProcessSamples>> x_processes;
  uint64_t x_drawn = 0;
};

TEST(PairedSampling, gives_half_of_the_time_to_the_pairs_of_a_claim_and_uses_the_rest) {
  Sessions alike(0.0001);
  sample_pairs(alike, {.max_seconds = 12, .ci_target = 0.0001});
  ASSERT_GT(alike.plans.size(), 6u) << "one pair of 80 rounds would not fit";
  EXPECT_NEAR(alike.sampled_seconds(0, 6), 6, 1e-9);
  const size_t later = alike.plans.size() - 6;
  EXPECT_GE(later, 3u) << "fewer do not narrow the interval";
  EXPECT_GT(alike.sampled_seconds(6, alike.plans.size()), 3);
  EXPECT_LE(alike.sampled_seconds(0, alike.plans.size()), 12.3);
  EXPECT_LE(
      alike.sampled_seconds(6, alike.plans.size()) + kProcessSeconds * static_cast<double>(later),
      12.3);
}

TEST(PairedSampling, with_much_time_finds_out_first_where_it_serves_best) {
  Sessions apart(0.02);
  sample_pairs(apart, {.max_seconds = 300});
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(apart.plans[i].seconds, 1);
  EXPECT_GT(apart.plans.size(), 60u) << "processes differ: more of them, and not longer ones";
}

TEST(PairedSampling, takes_so_many_pairs_as_it_is_told_with_all_of_the_time) {
  Sessions told(0.02);
  sample_pairs(told, {.max_seconds = 12, .pairs = 3});
  ASSERT_EQ(told.plans.size(), 3u);
  EXPECT_NEAR(told.sampled_seconds(0, 3), 12, 1e-9);
  EXPECT_TRUE(told.plans[0].paired);
}

TEST(PairedSampling, ends_at_the_target_and_with_the_base_or_the_last_of_the_others) {
  Sessions reached(0.0001);
  sample_pairs(reached, {.max_seconds = 12, .ci_target = 0.5});
  EXPECT_EQ(reached.plans.size(), 6u);
  for (const size_t dies : {size_t{0}, size_t{1}}) {
    Sessions dying(0.02);
    dying.dies = dies;
    dying.dies_after = 2;
    sample_pairs(dying, {});
    EXPECT_EQ(dying.plans.size(), 2u) << dies;
  }
  Sessions three(0.02, 3);
  three.dies = 1;
  three.dies_after = 2;
  sample_pairs(three, {});
  EXPECT_GE(three.plans.size(), 7u) << "the other goes on, and two claims take seven";
}

}  // namespace
}  // namespace assay
