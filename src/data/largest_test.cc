// SPDX-License-Identifier: MIT
#include "data/largest.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Largest, come_in_falling_order_and_are_no_more_than_there_are) {
  const std::vector<double> values{1, 9, -3, 7};
  EXPECT_THAT(largest(values, 2), ElementsAre(1u, 3u));
  EXPECT_THAT(largest(values, 9), ElementsAre(1u, 3u, 0u, 2u));
  EXPECT_THAT(largest({}, 5), IsEmpty());
}

TEST(Largest, are_of_each_image_of_a_batch) {
  const Tensor batch = make_f32({2, 3}, std::vector<float>{1, 2, 0, 9, 7, 8});
  EXPECT_THAT(largest_of_each(batch, 2), ElementsAre(ElementsAre(1u, 0u), ElementsAre(0u, 2u)));
  EXPECT_THAT(largest_of_each(make_f32({3}, std::vector<float>{1, 2, 3}), 1),
              ElementsAre(ElementsAre(2u)));
  EXPECT_THAT(largest_of_each(make_f32({0, 3}, std::vector<float>{}), 1), IsEmpty());
}

}  // namespace
}  // namespace assay
