// SPDX-License-Identifier: MIT
#include "base/shuffled.h"

#include <gmock/gmock.h>

#include <set>

namespace assay {
namespace {

TEST(Shuffled, shuffles_everything_and_repeats_with_the_same_seed) {
  std::set<std::vector<size_t>> orders;
  for (uint64_t round = 0; round < 200; ++round) {
    const auto order = shuffled(4, 7, round);
    EXPECT_THAT(order, testing::UnorderedElementsAre(0u, 1u, 2u, 3u));
    EXPECT_EQ(order, shuffled(4, 7, round));
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 24u);
}

TEST(Shuffled, gives_each_of_two_the_first_turn_equally_often) {
  int first = 0;
  for (uint64_t round = 0; round < 1000; ++round) first += shuffled(2, 1, round).front() == 0;
  EXPECT_NEAR(first, 500, 50);  // 3.2 standard deviations
}

}  // namespace
}  // namespace assay
