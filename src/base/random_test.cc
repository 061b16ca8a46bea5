// SPDX-License-Identifier: MIT
#include "base/random.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

// Pinned: models exported on any machine must have the same bytes.
TEST(Random, gives_the_same_values_everywhere) {
  static_assert(random_u64(0, 0) == 0xe220a8397b1dcdafu);  // SplitMix64's first output for seed 0
  static_assert(stream_key(1, "a") != stream_key(2, "a"));
  static_assert(stream_key(1, "a") != stream_key(1, "b"));
}

TEST(Random, uniform_fills_its_range_evenly) {
  const uint64_t key = stream_key(7, "test");
  double sum = 0, squares = 0;
  const int count = 100'000;
  for (int i = 0; i < count; ++i) {
    const double x = random_uniform(key, static_cast<uint64_t>(i));
    ASSERT_GE(x, -1.0);
    ASSERT_LT(x, 1.0);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1.0 / 3, 0.01);
}

}  // namespace
}  // namespace assay
