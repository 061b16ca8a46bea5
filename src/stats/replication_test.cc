// SPDX-License-Identifier: MIT
#include "stats/replication.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace assay {
namespace {

using Random = std::mt19937_64;

double gauss(Random& random) {
  return std::normal_distribution<double>()(random);
}

struct World {
  double ratio = 1;
  double between = 0.005, within = 0.01;  // standard deviations
  double stalls = 0;                      // share of rounds that take twice as long
};

PairedRounds draw_pair(const World& world, int64_t rounds, Random& random) {
  const double level = world.ratio * std::exp(world.between * gauss(random));
  PairedRounds pair;
  for (int64_t i = 0; i < rounds; ++i) {
    const bool stalled = std::uniform_real_distribution<double>()(random) < world.stalls;
    pair.a.push_back(10);
    pair.b.push_back(10 * level * std::exp(world.within * gauss(random)) * (stalled ? 2 : 1));
  }
  return pair;
}

std::vector<PairedRounds> draw(const World& world, int count, int64_t rounds, Random& random) {
  std::vector<PairedRounds> pairs;
  for (int i = 0; i < count; ++i) pairs.push_back(draw_pair(world, rounds, random));
  return pairs;
}

TEST(Replication, a_claim_takes_six_pairs_and_more_in_a_family_of_claims) {
  EXPECT_EQ(claim_pairs(0.95), 6);
  EXPECT_EQ(claim_pairs(confidence_of_each(1)), 6);
  EXPECT_EQ(claim_pairs(confidence_of_each(2)), 7);
  EXPECT_EQ(claim_pairs(confidence_of_each(4)), 8);
}

TEST(Replication, tells_what_varies_between_pairs_from_what_varies_within) {
  Random random(1);
  for (const double stalls : {0.0, 0.05}) {
    World world;
    world.stalls = stalls;
    double between = 0, within = 0;
    for (int i = 0; i < 300; ++i) {
      const Spread spread = spread_of(draw(world, 10, 20, random)).value();
      between += spread.between / 300;
      within += spread.within / 300;
    }
    EXPECT_NEAR(std::sqrt(between), world.between, 0.0005) << stalls;
    EXPECT_NEAR(std::sqrt(within), world.within, 0.0012) << stalls;
  }
}

TEST(Replication, sees_no_spread_in_one_pair_and_none_between_equal_ones) {
  Random random(1);
  EXPECT_FALSE(spread_of({}));
  EXPECT_FALSE(spread_of(draw({}, 1, 20, random)));
  const std::vector<PairedRounds> equal(3, PairedRounds{{1, 2, 1}, {2, 2, 2}});
  EXPECT_EQ(spread_of(equal)->between, 0);
  EXPECT_GT(spread_of(std::vector<PairedRounds>{{{1}, {1}}, {{1}, {2}}, {}})->between, 0.2);
}

// Kalibera and Jones, section 6: repetitions of the lower level are the square root of the ratio of
// the costs times the ratio of the variances.
TEST(Replication, takes_more_rounds_where_a_process_is_dear_and_more_pairs_where_they_differ) {
  const PairTarget target{0.002, 0.95};
  const Spread spread{1e-6, 1e-4};
  const auto cheap = cheapest_replication(spread, {0.4, 0.1}, target, 1000);
  EXPECT_EQ(cheap.rounds, 26);  // sqrt(4 * pi/2 * 100) = 25.07
  const auto dear = cheapest_replication(spread, {40, 0.1}, target, 1000);
  EXPECT_EQ(dear.rounds, 251);
  EXPECT_LT(dear.pairs, cheap.pairs);
  const auto different = cheapest_replication({1e-4, 1e-4}, {0.4, 0.1}, target, 1000);
  EXPECT_EQ(different.rounds, 5);
  EXPECT_GT(different.pairs, 100);
  const auto alike = cheapest_replication({0, 1e-6}, {0.4, 0.1}, target, 40);
  EXPECT_EQ(alike.rounds, 40);
  EXPECT_EQ(alike.pairs, 6);
}

// No other design of the same width costs less.
TEST(Replication, is_the_cheapest_of_all_designs_of_that_width) {
  const PairTarget target{0.002, 0.95};
  for (const Spread spread : {Spread{4e-6, 1e-4}, Spread{1e-4, 1e-4}, Spread{1e-5, 1e-3}})
    for (const PairCosts costs : {PairCosts{0.5, 0.05}, PairCosts{20, 0.05}}) {
      const auto cost_of = [&](double rounds) {  // of a pair, times what it contributes
        return (costs.process_seconds + rounds * costs.round_seconds) *
               (spread.between + 1.5708 * spread.within / rounds);
      };
      const auto chosen = cheapest_replication(spread, costs, target, 1'000'000);
      for (int64_t rounds = 5; rounds < 2000; rounds += 1 + rounds / 10)
        EXPECT_LE(cost_of(static_cast<double>(chosen.rounds)),
                  1.02 * cost_of(static_cast<double>(rounds)))
            << chosen.rounds << " against " << rounds;
    }
}

TEST(Replication, a_stage_ends_at_the_target_or_with_the_time) {
  Random random(2);
  const PairCosts costs{0.5, 0.05};
  const auto seconds = [](double all) { return TimeLeft{all, all}; };
  const auto quiet = draw({1, 0.0001, 0.001}, 6, 20, random);
  EXPECT_EQ(next_stage(quiet, costs, {0.002, 0.95}, seconds(100)).pairs, 0);
  EXPECT_GE(next_stage(quiet, costs, {0.00001, 0.95}, seconds(1e9)).pairs, 3);
  const auto noisy = draw({1, 0.02, 0.01}, 6, 20, random);
  EXPECT_GE(next_stage(noisy, costs, {0.002, 0.95}, seconds(1e9)).pairs, 100);
  EXPECT_EQ(next_stage(noisy, costs, {0.002, 0.95}, seconds(0.1)).pairs, 0);
  EXPECT_EQ(next_stage(noisy, costs, {0.002, 0.95}, seconds(-5)).pairs, 0);
  const Replication some = next_stage(noisy, costs, {0.002, 0.95}, seconds(10));
  EXPECT_GT(some.pairs, 3);
  EXPECT_LE(static_cast<double>(some.pairs) * (0.5 + 0.05 * static_cast<double>(some.rounds)), 10);
  EXPECT_EQ(next_stage({}, costs, {0.002, 0.95}, seconds(100)).pairs, 0);
}

// Of 20 rounds that scatter by 1 % about a level.
PairedRounds scattered(double level) {
  PairedRounds pair{std::vector<double>(20, 10), {}};
  for (int i = 0; i < 20; ++i) pair.b.push_back(10 * std::exp(level + (i % 2 ? 0.01 : -0.01)));
  return pair;
}

// Six pairs that differ less than their rounds scatter ask for three of 80 rounds.
TEST(Replication, uses_the_time_that_is_left_for_shorter_pairs) {
  std::vector<PairedRounds> alike;
  for (int i = 0; i < 6; ++i) alike.push_back(scattered(0.001 * i));
  const PairCosts costs{1.5, 0.055};
  EXPECT_EQ(next_stage(alike, costs, {0.002, 0.95}, {100, 100}), (Replication{80, 3}));
  EXPECT_EQ(next_stage(alike, costs, {0.002, 0.95}, {6, 6}), (Replication{9, 3}));
  EXPECT_EQ(next_stage(alike, costs, {0.002, 0.95}, {1, 12}), (Replication{6, 3}))
      << "of the time for sampling";
  EXPECT_EQ(next_stage(alike, costs, {0.002, 0.95}, {6, 5}).pairs, 0)
      << "two pairs more leave the interval as wide, and three of three rounds show little";
}

TEST(Replication, a_pair_of_one_round_is_repeated_as_it_was) {
  Random random(3);
  const auto single = draw({1, 0.01, 0}, 6, 1, random);
  const Replication stage = next_stage(single, {0.5, 1}, {0.002, 0.95}, {6, 12});
  EXPECT_EQ(stage, (Replication{1, 6}));
  EXPECT_EQ(next_stage(single, {0.5, 1}, {0.002, 0.95}, {2, 12}).pairs, 0);
}

TEST(Replication, a_narrow_interval_of_too_few_pairs_is_no_claim_yet) {
  Random random(2);
  const auto two = draw({1, 0, 0.00001}, 2, 20, random);
  EXPECT_GE(next_stage(two, {0.5, 0.05}, {0.1, 0.95}, {100, 100}).pairs, 4);
}

struct Shares {
  double covered = 0, reached = 0;
};

// As run/paired_run samples: 6 pairs, then stages.
Shares simulate(const World& world, const PairTarget& target, double seconds, int repetitions) {
  Random random(5);
  Shares shares;
  const PairCosts costs{0.3, 0.05};
  for (int i = 0; i < repetitions; ++i) {
    auto pairs = draw(world, static_cast<int>(claim_pairs(target.confidence)), 20, random);
    TimeLeft left{seconds, 2 * seconds};
    for (Replication stage; (stage = next_stage(pairs, costs, target, left)).pairs > 0;)
      for (; stage.pairs > 0; --stage.pairs) {
        pairs.push_back(draw_pair(world, stage.rounds, random));
        const double sampling = static_cast<double>(stage.rounds) * costs.round_seconds;
        left.sampling_seconds -= sampling;
        left.seconds -= costs.process_seconds + sampling;
      }
    const Comparison found = compare_paired(pairs, target.confidence).value();
    shares.covered += found.ci95->low <= world.ratio && world.ratio <= found.ci95->high;
    shares.reached += half_width_of(found).value() <= target.half_width;
  }
  shares.covered /= repetitions;
  shares.reached /= repetitions;
  return shares;
}

#ifdef __OPTIMIZE__
constexpr int kRepetitions = 1000;
constexpr double kLeastCoverage = 0.935;
#else
constexpr int kRepetitions = 100;
constexpr double kLeastCoverage = 0.90;  // three deviations of so few
#endif

TEST(Replication, stopping_at_the_target_leaves_an_interval_that_covers_as_often_as_it_says) {
  for (const double between : {0.0, 0.003, 0.008})
    for (const double width : {0.003, 0.006}) {
      const World world{1.02, between, 0.01, 0.02};
      const Shares shares = simulate(world, {width, 0.95}, 1e9, kRepetitions);
      EXPECT_GE(shares.covered, kLeastCoverage) << between << " " << width;
      EXPECT_GE(shares.reached, 0.99);
    }
  const Shares cut = simulate({1, 0.015, 0.01}, {0.002, 0.95}, 12, kRepetitions);
  EXPECT_GE(cut.covered, kLeastCoverage);
  EXPECT_LE(cut.reached, 0.01);
}

}  // namespace
}  // namespace assay
