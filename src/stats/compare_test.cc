// SPDX-License-Identifier: MIT
#include "stats/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <random>

#include "base/error.h"

namespace assay {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using Random = std::mt19937_64;

#ifdef __OPTIMIZE__
constexpr int kRepetitions = 2000;
#else
constexpr int kRepetitions = 300;
#endif

double gauss(Random& random) {
  return std::normal_distribution<double>()(random);
}

struct World {
  double ratio = 1;
  double process_spread = 0.003;  // of each side's level, per process
  double noise = 0.01;            // of a round's median, for each side on its own
  double shared_noise = 0.05;     // of the machine, which hits both sides of a round
  int pairs = 6;
  int rounds = 30;
};

std::vector<PairedRounds> draw(const World& world, Random& random) {
  std::vector<PairedRounds> pairs(static_cast<size_t>(world.pairs));
  for (PairedRounds& pair : pairs) {
    const double a = 10 * std::exp(world.process_spread * gauss(random));
    const double b = 10 * world.ratio * std::exp(world.process_spread * gauss(random));
    for (int i = 0; i < world.rounds; ++i) {
      const double machine = std::exp(world.shared_noise * gauss(random));
      pair.a.push_back(a * machine * std::exp(world.noise * gauss(random)));
      pair.b.push_back(b * machine * std::exp(world.noise * gauss(random)));
    }
  }
  return pairs;
}

struct Shares {
  std::map<Verdict, double> of;
  double covered = 0;
};

Shares simulate(const char* what, const World& world, double threshold) {
  Random random(4);
  Shares shares;
  for (int i = 0; i < kRepetitions; ++i) {
    const Comparison comparison = *compare_paired(draw(world, random));
    shares.of[verdict_of(comparison, threshold)] += 1.0 / kRepetitions;
    shares.covered +=
        (comparison.ci95->low <= world.ratio && world.ratio <= comparison.ci95->high) /
        static_cast<double>(kRepetitions);
  }
  std::printf("%-34s covered %5.1f %%  same %5.1f  slower %5.1f  faster %5.1f  cannot_tell %5.1f\n",
              what, 100 * shares.covered, 100 * shares.of[Verdict::same],
              100 * shares.of[Verdict::slower], 100 * shares.of[Verdict::faster],
              100 * shares.of[Verdict::cannot_tell]);
  return shares;
}

TEST(Compare, identical_configurations_differ_in_at_most_five_of_a_hundred) {
  for (const int pairs : {2, 3, 5, 6, 10}) {
    World world;
    world.pairs = pairs;
    const std::string name = "A/A, " + std::to_string(pairs) + " pairs, threshold 0 %";
    Shares shares = simulate(name.c_str(), world, 0);
    const double slack = 3 * std::sqrt(0.05 * 0.95 / kRepetitions);
    EXPECT_LE(shares.of[Verdict::slower] + shares.of[Verdict::faster], 0.05 + slack);
    EXPECT_EQ(shares.of[Verdict::same], 0);
  }
}

TEST(Compare, a_true_difference_is_found) {
  World world;
  world.ratio = 1.02;
  EXPECT_GE(simulate("B 2 % slower, 6 pairs", world, 0).of[Verdict::slower], 0.95);
  world.ratio = 1.01;
  EXPECT_GE(simulate("B 1 % slower, 6 pairs", world, 0).of[Verdict::slower], 0.80);
  world.ratio = 0.98;
  EXPECT_GE(simulate("B 2 % faster, 6 pairs", world, 0).of[Verdict::faster], 0.95);
}

TEST(Compare, equal_within_the_threshold_is_an_answer_and_beyond_it_never) {
  World world;
  EXPECT_GE(simulate("A/A, threshold 2 %", world, 0.02).of[Verdict::same], 0.97);
  world.ratio = 1.02;
  EXPECT_LE(simulate("B 2 % slower, threshold 2 %", world, 0.02).of[Verdict::same], 0.05);
}

TEST(Compare, one_pair_speaks_of_its_own_rounds) {
  Random random(7);
  World world;
  world.pairs = 1;
  world.ratio = 1.05;
  const Comparison comparison = *compare_paired(draw(world, random));
  EXPECT_EQ(comparison.pairs, 1);
  EXPECT_EQ(verdict_of(comparison, 0.02), Verdict::slower);
  EXPECT_TRUE(is_regression(comparison, 0.02));
}

TEST(Compare, swapping_the_sides_gives_the_reciprocal) {
  Random random(8);
  for (const int pairs : {1, 2, 6}) {
    World world;
    world.pairs = pairs;
    auto data = draw(world, random);
    const Comparison forward = *compare_paired(data);
    for (PairedRounds& pair : data) std::swap(pair.a, pair.b);
    const Comparison backward = *compare_paired(data);
    EXPECT_NEAR(forward.ratio * backward.ratio, 1, 1e-12);
    EXPECT_NEAR(forward.ci95->low * backward.ci95->high, 1, 1e-12);
  }
}

TEST(Compare, verdicts_are_those_of_the_command_line_page) {
  const auto verdict = [](double low, double high, double threshold) {
    Comparison comparison;
    comparison.ci95 = Interval{low, high};
    return verdict_of(comparison, threshold);
  };
  EXPECT_EQ(verdict(0.99, 1.01, 0.02), Verdict::same);
  EXPECT_EQ(verdict(1.005, 1.015, 0.02), Verdict::same);  // different, but within the margin
  EXPECT_EQ(verdict(1.005, 1.03, 0.02), Verdict::slower);
  EXPECT_EQ(verdict(0.9, 0.95, 0.02), Verdict::faster);
  EXPECT_EQ(verdict(0.97, 1.01, 0.02), Verdict::cannot_tell);
  EXPECT_EQ(verdict(1, 1, 0), Verdict::cannot_tell);
  EXPECT_EQ(verdict_of(Comparison{}, 0.02), Verdict::cannot_tell);
}

TEST(Compare, a_regression_is_an_interval_wholly_beyond_the_threshold) {
  Comparison comparison;
  EXPECT_FALSE(is_regression(comparison, 0.02));
  comparison.ci95 = Interval{1.01, 1.05};
  EXPECT_FALSE(is_regression(comparison, 0.02));
  comparison.ci95 = Interval{1.021, 1.05};
  EXPECT_TRUE(is_regression(comparison, 0.02));
}

TEST(Compare, of_nothing_is_nothing_and_of_too_little_has_no_interval) {
  EXPECT_FALSE(compare_paired({}));
  EXPECT_FALSE(compare_paired(std::vector<PairedRounds>{{}}));
  const Comparison few = *compare_paired(std::vector<PairedRounds>{{{1, 1, 1}, {2, 2, 2}}});
  EXPECT_EQ(few.ratio, 2);
  EXPECT_FALSE(few.ci95);
  EXPECT_EQ(verdict_of(few, 0.02), Verdict::cannot_tell);
}

TEST(Compare, latencies_that_are_not_positive_numbers_are_refused) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL})
    EXPECT_THAT(
        [&] {
          compare_paired(std::vector<PairedRounds>{{{1}, {bad}}});
        },
        ThrowsMessage<Error>(HasSubstr("cannot be compared")));
}

TEST(CompareApart, covers_the_truth_and_is_wider_than_paired) {
  Random random(9);
  int covered = 0;
  double apart_width = 0;
  double paired_width = 0;
  const World world;
  for (int i = 0; i < kRepetitions; ++i) {
    std::vector<std::vector<double>> a;
    std::vector<std::vector<double>> b;
    const auto pairs = draw(world, random);
    for (const PairedRounds& pair : pairs) {
      a.push_back(pair.a);
      b.push_back(pair.b);
    }
    const Comparison apart = compare_apart(*summarize(a), *summarize(b));
    covered += apart.ci95->low <= 1 && 1 <= apart.ci95->high;
    apart_width += apart.ci95->high - apart.ci95->low;
    const Comparison paired = *compare_paired(pairs);
    paired_width += paired.ci95->high - paired.ci95->low;
  }
  std::printf("apart: covered %.1f %%, %.1f times as wide as paired\n",
              100.0 * covered / kRepetitions, apart_width / paired_width);
  EXPECT_GE(covered, 0.93 * kRepetitions);
  EXPECT_GT(apart_width, 2 * paired_width);
}

TEST(CompareApart, says_that_it_is_not_paired_and_has_no_interval_without_theirs) {
  const std::vector<std::vector<double>> few = {{1, 2, 3}};
  const Comparison comparison = compare_apart(*summarize(few), *summarize(few));
  EXPECT_FALSE(comparison.paired);
  EXPECT_FALSE(comparison.ci95);
  EXPECT_EQ(comparison.ratio, 1);
}

}  // namespace
}  // namespace assay
