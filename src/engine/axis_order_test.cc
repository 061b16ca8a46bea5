// SPDX-License-Identifier: MIT
#include "engine/axis_order.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace assay {
namespace {

using testing::ElementsAre;

// Elements 0, 1, ... of the plain order, as they lie in another.
std::vector<int64_t> laid_out(const Shape& shape, const Order& order) {
  std::vector<int64_t> strides(shape.size(), 1), result;
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  std::vector<int64_t> index(shape.size(), 0);
  for (int64_t n = 0; n < element_count(shape); ++n) {
    int64_t rest = n, offset = 0;
    for (size_t place = order.size(); place-- > 0;) {
      offset += rest % shape[order[place]] * strides[order[place]];
      rest /= shape[order[place]];
    }
    result.push_back(offset);
  }
  return result;
}

TEST(AxisOrder, puts_channels_last_behind_any_number_of_spatial_axes) {
  EXPECT_THAT(channels_last(4), ElementsAre(0, 2, 3, 1));
  EXPECT_THAT(channels_last(3), ElementsAre(0, 2, 1));
  EXPECT_THAT(channels_last(2), ElementsAre(0, 1));
  EXPECT_THAT(placed({1, 3, 5, 7}, channels_last(4)), ElementsAre(1, 5, 7, 3));
}

TEST(AxisOrder, names_the_places_that_a_transposition_takes) {
  EXPECT_THAT(moves(plain_order(4), channels_last(4)), ElementsAre(0, 2, 3, 1));
  EXPECT_THAT(moves(channels_last(4), plain_order(4)), ElementsAre(0, 3, 1, 2));
}

TEST(AxisOrder, sees_that_axes_of_size_1_move_nothing) {
  EXPECT_TRUE(same_sequence({2, 8, 1, 1}, plain_order(4), channels_last(4)));
  EXPECT_FALSE(same_sequence({2, 8, 1, 2}, plain_order(4), channels_last(4)));
}

TEST(AxisOrder, merges_the_plane_of_a_channels_last_image_without_moving_it) {
  const auto [before, after] = regroup({2, 8, 3, 5}, channels_last(4), {2, 8, 15});
  EXPECT_EQ(before, channels_last(4));
  EXPECT_EQ(after, channels_last(3));
}

TEST(AxisOrder, splits_channels_where_they_lie) {
  const auto [before, after] = regroup({2, 8, 3, 5}, channels_last(4), {2, 4, 2, 3, 5});
  EXPECT_EQ(before, channels_last(4));
  EXPECT_THAT(after, ElementsAre(0, 3, 4, 1, 2));
}

TEST(AxisOrder, moves_only_the_halves_of_shuffled_channels) {
  const Order shuffled = {0, 3, 4, 2, 1};  // the order after the transposition of a shuffle
  const auto [before, after] = regroup({2, 2, 4, 3, 5}, shuffled, {2, 8, 3, 5});
  EXPECT_THAT(before, ElementsAre(0, 3, 4, 1, 2));
  EXPECT_EQ(after, channels_last(4));
}

TEST(AxisOrder, flattens_an_image_only_from_its_plain_order) {
  const auto [before, after] = regroup({2, 8, 3, 5}, channels_last(4), {2, 120});
  EXPECT_EQ(before, plain_order(4));
  EXPECT_EQ(after, plain_order(2));
}

// Whatever the shapes and the order: bytes that lie in `before` are those of the result in `after`.
TEST(AxisOrder, regroups_to_the_same_elements_for_random_shapes_and_orders) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<int64_t> factors(6);
    for (int64_t& factor : factors) factor = std::uniform_int_distribution<int64_t>(1, 3)(random);
    const auto grouped = [&] {
      Shape shape(1, 1);
      for (const int64_t factor : factors)
        if (random() % 2)
          shape.push_back(factor);
        else
          shape.back() *= factor;
      return shape;
    };
    const Shape from = grouped(), to = grouped();
    Order order = plain_order(from.size());
    std::ranges::shuffle(order, random);
    const auto [before, after] = regroup(from, order, to);
    ASSERT_TRUE(std::ranges::is_permutation(before, plain_order(from.size())));
    ASSERT_TRUE(std::ranges::is_permutation(after, plain_order(to.size())));
    ASSERT_EQ(laid_out(from, before), laid_out(to, after))
        << to_string(from) << " to " << to_string(to);
  }
}

}  // namespace
}  // namespace assay
