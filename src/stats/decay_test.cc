// SPDX-License-Identifier: MIT
#include "stats/decay.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace assay {
namespace {

TEST(Decay, is_found_in_noise_whichever_way_it_goes) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise;
  for (const double size : {-30.0, 50.0})
    for (const double time : {5.0, 40.0, 150.0}) {
      std::vector<double> values(384);
      double squares = 0;  // of the noise alone
      for (size_t i = 0; i < values.size(); ++i) {
        const double off = noise(random);
        values[i] = 100 + size * std::exp(-static_cast<double>(i) / time) + off;
        squares += off * off;
      }
      const Decay found = fit_decay(values);
      EXPECT_NEAR(found.level, 100, 3) << time;
      EXPECT_NEAR(found.size, size, 5) << time;
      EXPECT_NEAR(found.time / time, 1, 0.3) << time;
      EXPECT_NEAR(found.error, squares, 25) << "three numbers were fitted";
    }
}

TEST(Decay, says_how_far_it_still_goes_and_from_where_on_it_is_near) {
  const Decay decay{100, -8, 10, 0};
  EXPECT_DOUBLE_EQ(decay.left_at(0), 8);
  EXPECT_NEAR(decay.left_at(10), 8 / std::exp(1), 1e-12);
  EXPECT_NEAR(decay.left_at(decay.near_from(1)), 1, 1e-12);
  EXPECT_EQ(decay.near_from(9), 0);
}

TEST(Decay, of_a_constant_is_none) {
  const Decay flat = fit_decay(std::vector<double>(20, 7.0));
  EXPECT_NEAR(flat.level, 7, 1e-9);
  EXPECT_NEAR(flat.size, 0, 1e-9);
  EXPECT_NEAR(flat.error, 0, 1e-9);
}

}  // namespace
}  // namespace assay
