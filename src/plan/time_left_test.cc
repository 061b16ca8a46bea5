// SPDX-License-Identifier: MIT
#include "plan/time_left.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/shuffled.h"

namespace assay {
namespace {

std::vector<CellGuess> grid(int engines, int models, int of_each, double guess) {
  std::vector<CellGuess> cells;
  for (int engine = 0; engine < engines; ++engine)
    for (int model = 0; model < models; ++model)
      for (int i = 0; i < of_each; ++i)
        cells.push_back({"e" + std::to_string(engine), "m" + std::to_string(model), guess});
  return cells;
}

TEST(TimeLeft, is_the_sum_of_the_guesses_before_anything_is_finished) {
  EXPECT_DOUBLE_EQ(TimeLeft(grid(2, 3, 1, 2.5)).seconds(), 15);
}

TEST(TimeLeft, is_nothing_when_all_is_finished) {
  TimeLeft left(grid(1, 2, 1, 1));
  left.took(0, 3);
  left.took(1, 0);
  EXPECT_EQ(left.seconds(), 0);
}

TEST(TimeLeft, scales_with_what_the_finished_ones_took) {
  TimeLeft left(grid(1, 4, 1, 1));
  left.took(0, 3);
  left.took(1, 3);
  EXPECT_NEAR(left.seconds(), 6, 1e-9);
}

TEST(TimeLeft, learns_that_one_engine_is_slow_to_load) {
  TimeLeft left(grid(2, 10, 1, 1));
  for (size_t model = 0; model < 9; ++model) {
    left.took(model, 1);
    left.took(10 + model, 20);
  }
  EXPECT_NEAR(left.seconds(), 21, 2);
}

// Engines whose overhead differs 30 times, models whose cost differs 100 times, noise, and cells
// that are refused at once; measured in random order.
TEST(TimeLeft, holds_within_a_fifth_after_the_first_tenth_of_a_sweep) {
  int held = 0;
  constexpr int kSweeps = 300;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    std::mt19937_64 random(static_cast<uint64_t>(sweep));
    std::normal_distribution<double> noise(0, 0.2);
    std::uniform_real_distribution<double> magnitude(0, 1);
    std::vector<double> loads, costs;
    for (int i = 0; i < 8; ++i) loads.push_back(0.2 * std::pow(30, magnitude(random)));
    for (int i = 0; i < 20; ++i) costs.push_back(0.02 * std::pow(100, magnitude(random)));
    const std::vector<CellGuess> cells = grid(8, 20, 4, 3);
    std::vector<double> truth;
    for (size_t i = 0; i < cells.size(); ++i) {
      const double load = loads[i / 80], cost = costs[i / 4 % 20];
      truth.push_back((2 + load + 4 * cost) * std::exp(noise(random)));
    }
    TimeLeft left(cells);
    const std::vector<size_t> order = shuffled(cells.size(), static_cast<uint64_t>(sweep), 0);
    const size_t tenth = cells.size() / 10;
    double rest = 0;
    for (size_t place = 0; place < order.size(); ++place)
      if (place < tenth)
        left.took(order[place], truth[order[place]]);
      else
        rest += truth[order[place]];
    held += std::abs(left.seconds() / rest - 1) < 0.2;
  }
  EXPECT_GE(held, kSweeps * 95 / 100);
}

}  // namespace
}  // namespace assay
