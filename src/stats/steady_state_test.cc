// SPDX-License-Identifier: MIT
#include "stats/steady_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "base/clock.h"

namespace assay {
namespace {

#ifdef __OPTIMIZE__
constexpr int kPerFamily = 200;
#else
constexpr int kPerFamily = 20;
#endif

using Random = std::mt19937_64;

double uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}
double log_uniform(Random& random, double low, double high) {
  return std::exp(uniform(random, std::log(low), std::log(high)));
}
double gauss(Random& random) {
  return std::normal_distribution<double>()(random);
}

// Multiplicative noise of one series, of a kind drawn once: quiet, heavy-tailed, with rare stalls,
// or depending on its predecessor.
std::function<double()> draw_noise(Random& random) {
  const double scale = log_uniform(random, 0.002, 0.02);
  const int kind = std::uniform_int_distribution<int>(0, 3)(random);
  if (kind == 0) return [&random, scale] { return 1 + scale * gauss(random); };
  if (kind == 1) return [&random, scale] { return 1 + scale * std::exp(1.2 * gauss(random)); };
  if (kind == 2)
    return [&random, scale] {
      const double stall = uniform(random, 0, 1) < 0.02 ? uniform(random, 1, 10) : 0;
      return 1 + scale * gauss(random) + stall;
    };
  return [&random, scale, state = gauss(random)]() mutable {
    state = 0.5 * state + std::sqrt(0.75) * gauss(random);
    return 1 + scale * state;
  };
}

using Shape = std::function<double(double)>;  // of the position in [0, 1)

struct Family {
  const char* name;
  SteadyVerdict verdict;
  std::function<Shape(Random&)> draw;
};

double effect(Random& random) {
  return log_uniform(random, 0.05, 1.0);
}

Shape step_at(double where, double first, double then) {
  return [=](double t) { return t < where ? first : then; };
}

Shape jumps(Random& random) {
  std::vector<double> ends;
  std::vector<double> levels;
  for (double end = 0; end < 1;) {
    end += uniform(random, 0.02, 0.14);
    ends.push_back(end);
    double level = 0;
    do {
      level = uniform(random, 1, 2);
    } while (!levels.empty() && std::fabs(level - levels.back()) < 0.1);
    levels.push_back(level);
  }
  return [=](double t) {
    return levels[static_cast<size_t>(std::ranges::upper_bound(ends, t) - ends.begin())];
  };
}

const std::vector<Family> kFamilies = {
    {"flat", SteadyVerdict::flat, [](Random&) { return Shape([](double) { return 1.0; }); }},
    {"warm-up in one step", SteadyVerdict::warmup,
     [](Random& r) { return step_at(uniform(r, 0.05, 0.6), 1 + effect(r), 1); }},
    {"warm-up that decays", SteadyVerdict::warmup,
     [](Random& r) {
       const double size = effect(r);
       const double time = uniform(r, 0.02, 0.08);
       return Shape([=](double t) { return 1 + size * std::exp(-t / time); });
     }},
    {"slow-down in one step", SteadyVerdict::slowdown,
     [](Random& r) { return step_at(uniform(r, 0.05, 0.6), 1, 1 + effect(r)); }},
    {"sine", SteadyVerdict::cyclic,
     [](Random& r) {
       const double size = effect(r);
       const double periods = uniform(r, 6, 30);
       const double phase = uniform(r, 0, 6.28);
       return Shape([=](double t) { return 1 + size * std::sin(6.2832 * periods * t + phase); });
     }},
    {"square wave", SteadyVerdict::cyclic,
     [](Random& r) {
       const double size = effect(r);
       const double periods = uniform(r, 6, 30);
       const double duty = uniform(r, 0.3, 0.7);
       return Shape([=](double t) { return std::fmod(periods * t, 1) < duty ? 1 + size : 1; });
     }},
    {"drift upward", SteadyVerdict::drifting,
     [](Random& r) {
       const double size = effect(r);
       return Shape([=](double t) { return 1 + size * t; });
     }},
    {"drift downward", SteadyVerdict::drifting,
     [](Random& r) {
       const double size = effect(r);
       return Shape([=](double t) { return 1 + size * (1 - t); });
     }},
    {"flat, then drift", SteadyVerdict::drifting,
     [](Random& r) {
       const double size = effect(r);
       const double where = uniform(r, 0.1, 0.5);
       return Shape([=](double t) { return t < where ? 1 : 1 + size * (t - where) / (1 - where); });
     }},
    {"random levels", SteadyVerdict::none, jumps},
};

std::vector<double> draw_series(const Family& family, size_t count, Random& random) {
  const Shape shape = family.draw(random);
  const auto noise = draw_noise(random);
  std::vector<double> samples(count);
  for (size_t i = 0; i < count; ++i)
    samples[i] = 1e6 * shape(static_cast<double>(i) / static_cast<double>(count)) * noise();
  return samples;
}

TEST(SteadyState, is_right_in_at_least_99_of_100_labelled_series) {
  Random random(2017);
  int right = 0;
  for (const Family& family : kFamilies) {
    std::map<std::string, int> given;
    int right_here = 0;
    for (int i = 0; i < kPerFamily; ++i) {
      const auto count = static_cast<size_t>(log_uniform(random, 300, 20000));
      const auto series = draw_series(family, count, random);
      const SteadyVerdict verdict = steady_state(series).verdict;
      right_here += verdict == family.verdict;
      ++given[std::string(name_of(verdict))];
    }
    std::printf("%-24s right %5.1f %%  ", family.name, 100.0 * right_here / kPerFamily);
    for (const auto& [name, number] : given) std::printf(" %s %d", name.c_str(), number);
    std::printf("\n");
    right += right_here;
    EXPECT_GE(right_here, 0.95 * kPerFamily) << family.name;
  }
  EXPECT_GE(right, 0.99 * kPerFamily * static_cast<double>(kFamilies.size()));
}

TEST(SteadyState, of_ten_thousand_samples_takes_under_a_millisecond_when_optimized) {
  Random random(1);
  for (const Family& family : kFamilies) {
    const auto samples = draw_series(family, 10'000, random);
    double fastest = HUGE_VAL;
    for (int i = 0; i < 20; ++i) {
      const int64_t start = process_cpu_ns();
      const SteadyState state = steady_state(samples);
      fastest = std::min(fastest, static_cast<double>(process_cpu_ns() - start) * 1e-6);
      EXPECT_FALSE(state.levels.empty());
    }
    std::printf("%-24s %.3f ms\n", family.name, fastest);
#ifdef __OPTIMIZE__
    EXPECT_LT(fastest, 1.0) << family.name;
#endif
  }
}

TEST(SteadyState, begins_where_the_warm_up_ends) {
  Random random(3);
  for (const size_t count : {size_t{100}, size_t{1000}, size_t{50'000}}) {
    std::vector<double> samples(count);
    for (size_t i = 0; i < count; ++i) samples[i] = (i < count / 5 ? 150 : 100) + gauss(random);
    const SteadyState state = steady_state(samples);
    EXPECT_EQ(state.verdict, SteadyVerdict::warmup);
    ASSERT_TRUE(state.begin);
    EXPECT_NEAR(static_cast<double>(*state.begin), static_cast<double>(count) / 5,
                static_cast<double>(count) / 500 + 1);
    ASSERT_EQ(state.levels.size(), 2u);
    EXPECT_EQ(state.levels[0].begin, 0u);
    EXPECT_EQ(state.levels[0].end, state.levels[1].begin);
    EXPECT_EQ(state.levels[1].end, count);
    EXPECT_NEAR(state.levels[0].value, 150, 1);
    EXPECT_NEAR(state.levels[1].value, 100, 1);
  }
}

TEST(SteadyState, sees_a_beginning_of_three_samples_and_ignores_one_of_two) {
  Random random(4);
  for (const size_t count : {size_t{60}, size_t{380}, size_t{3000}}) {
    std::vector<double> samples(count);
    for (double& sample : samples) sample = 100 + gauss(random);
    samples[0] = samples[1] = 180;
    EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::flat) << count;
    const size_t slow = std::max<size_t>(3, count / 100);
    std::fill(samples.begin(), samples.begin() + static_cast<ptrdiff_t>(slow), 180);
    const SteadyState state = steady_state(samples);
    EXPECT_EQ(state.verdict, SteadyVerdict::warmup) << count;
    EXPECT_NEAR(static_cast<double>(state.begin.value()), static_cast<double>(slow), 12) << count;
    std::fill(samples.begin(), samples.begin() + static_cast<ptrdiff_t>(slow), 20);
    EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::slowdown) << count;
  }
}

TEST(SteadyState, a_bent_drift_still_drifts_and_a_decay_that_comes_to_rest_does_not) {
  Random random(8);
  const auto verdict = [&](auto shape) {
    std::vector<double> samples(3000);
    for (size_t i = 0; i < samples.size(); ++i)
      samples[i] = shape(static_cast<double>(i) / 3000) * (100 + gauss(random));
    return steady_state(samples).verdict;
  };
  EXPECT_EQ(verdict([](double t) { return 1 + t * t; }), SteadyVerdict::drifting);
  EXPECT_EQ(verdict([](double t) { return std::exp(-t); }), SteadyVerdict::drifting);
  EXPECT_EQ(verdict([](double t) { return 1 + std::exp(-t / 0.08); }), SteadyVerdict::warmup);
}

// exp(-0.75 / 0.15) of it is left in the last quarter: less than a hundredth of the level.
TEST(SteadyState, a_long_decay_is_a_warm_up_until_a_hundredth_is_left) {
  Random random(9);
  for (const double size : {0.3, 1.0, 2.0})
    for (const double noise : {0.001, 0.01, 0.05}) {
      std::vector<double> samples(8000);
      for (size_t i = 0; i < samples.size(); ++i) {
        const double t = static_cast<double>(i) / 8000;
        samples[i] = 100 * (1 + size * std::exp(-t / 0.15)) * (1 + noise * gauss(random));
      }
      const SteadyState state = steady_state(samples);
      EXPECT_EQ(state.verdict, SteadyVerdict::warmup) << size << " " << noise;
      EXPECT_NEAR(static_cast<double>(state.begin.value_or(0)) / 8000, 0.15 * std::log(100 * size),
                  0.06);
      for (size_t i = 0; i < samples.size(); ++i) samples[i] = 500 - samples[i];
      EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::slowdown) << size << " " << noise;
    }
}

TEST(SteadyState, a_random_walk_is_none_however_well_levels_or_a_line_fit_it) {
  Random random(10);
  int none = 0;
  for (int i = 0; i < 100; ++i) {
    std::vector<double> samples(1000 + 50 * static_cast<size_t>(i));
    const double step = 0.2 / std::sqrt(static_cast<double>(samples.size()));
    double state = 0;
    for (double& sample : samples) sample = 100 * std::exp(state += step * gauss(random));
    none += steady_state(samples).verdict == SteadyVerdict::none;
  }
  EXPECT_GE(none, 97);
}

TEST(SteadyState,
     bursts_of_outliers_are_episodes_also_where_noise_hides_that_the_level_is_the_same) {
  Random random(11);
  for (int i = 0; i < 50; ++i) {
    std::vector<double> samples(700);
    const double first = uniform(random, 0.1, 0.4), then = uniform(random, 0.5, 0.8);
    for (size_t j = 0; j < samples.size(); ++j) {
      const double t = static_cast<double>(j) / 700;
      const double burst = t > first && t < first + 0.03 ? 1.3
                           : t > then && t < then + 0.03 ? 2
                                                         : 1;
      samples[j] = 100 * burst * (1 + 0.04 * gauss(random));
    }
    EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::flat) << i;
  }
}

TEST(SteadyState, short_periodic_spikes_are_cyclic_at_periods_that_are_no_whole_number_too) {
  Random random(12);
  for (const double period : {0.031, 0.0537, 0.11}) {
    std::vector<double> samples(3000);
    for (size_t i = 0; i < samples.size(); ++i) {
      const double t = static_cast<double>(i) / 3000;
      const bool spike = std::fmod(t, period) < 0.35 * 0.031;
      samples[i] = (spike ? 130 : 100) * (1 + 0.01 * gauss(random));
    }
    EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::cyclic) << period;
  }
}

TEST(SteadyState, without_noise_is_seen_as_it_is) {
  const auto verdict = [](auto shape) {
    std::vector<double> samples(1000);
    for (size_t i = 0; i < samples.size(); ++i) samples[i] = shape(static_cast<double>(i) / 1000);
    return steady_state(samples).verdict;
  };
  EXPECT_EQ(verdict([](double) { return 5.0; }), SteadyVerdict::flat);
  EXPECT_EQ(verdict([](double) { return 0.0; }), SteadyVerdict::flat);
  EXPECT_EQ(verdict([](double t) { return t < 0.3 ? 6.0 : 5.0; }), SteadyVerdict::warmup);
  EXPECT_EQ(verdict([](double t) { return t < 0.3 ? 5.0 : 6.0; }), SteadyVerdict::slowdown);
  EXPECT_EQ(verdict([](double t) { return 5 + t; }), SteadyVerdict::drifting);
  EXPECT_EQ(verdict([](double t) { return 5 + std::sin(60 * t); }), SteadyVerdict::cyclic);
}

TEST(SteadyState, a_change_too_small_to_matter_is_flat) {
  Random random(5);
  std::vector<double> samples(10'000);
  for (size_t i = 0; i < samples.size(); ++i)
    samples[i] = (i < 5000 ? 100.2 : 100) + 0.1 * gauss(random);
  EXPECT_EQ(steady_state(samples).verdict, SteadyVerdict::flat);
}

TEST(SteadyState, single_stalls_and_two_modes_in_random_order_are_flat) {
  Random random(6);
  std::vector<double> stalls(2000, 100);
  std::vector<double> modes(2000);
  for (size_t i = 0; i < stalls.size(); ++i) {
    stalls[i] = (i % 50 == 7 ? 1000 : 100) + gauss(random);
    modes[i] = (uniform(random, 0, 1) < 0.3 ? 120 : 100) + 0.1 * gauss(random);
  }
  EXPECT_EQ(steady_state(stalls).verdict, SteadyVerdict::flat);
  EXPECT_EQ(steady_state(modes).verdict, SteadyVerdict::flat);
}

TEST(SteadyState, of_next_to_nothing_is_flat_and_begins_at_once) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{11}, size_t{12}, size_t{13}}) {
    const SteadyState state = steady_state(std::vector<double>(count, 7.0));
    EXPECT_EQ(state.verdict, SteadyVerdict::flat) << count;
    EXPECT_EQ(state.begin, 0u);
    EXPECT_EQ(state.levels.back().end, count);
  }
}

}  // namespace
}  // namespace assay
