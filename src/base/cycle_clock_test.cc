// SPDX-License-Identifier: MIT
#include "base/cycle_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/clock.h"

namespace assay {
namespace {

TEST(CycleClock, sees_a_clock_that_a_processor_can_have) {
  EXPECT_GT(cycles_per_second(), 200'000'000);
  EXPECT_LT(cycles_per_second(), 10'000'000'000);
}

TEST(CycleClock, takes_less_than_a_millisecond_at_its_quickest) {
  int64_t least_ns = INT64_MAX;
  for (int i = 0; i < 20; ++i) {
    const int64_t begin_ns = monotonic_ns();
    cycles_per_second();
    least_ns = std::min(least_ns, monotonic_ns() - begin_ns);
  }
  EXPECT_LT(least_ns, 1'000'000);
}

// An interruption lasts milliseconds and would make one look a hundred times slower.
TEST(CycleClock, sees_nearly_the_same_each_time) {
  std::vector<int64_t> seen(41);
  for (int64_t& hz : seen) hz = cycles_per_second();
  std::ranges::sort(seen);
  EXPECT_LT(static_cast<double>(seen[36]), 1.5 * static_cast<double>(seen[4]));
}

}  // namespace
}  // namespace assay
