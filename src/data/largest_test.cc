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
  const std::vector<double> values{1, 2, 0, 9, 7, 8};
  EXPECT_THAT(largest_of_each({2, 3}, values, 2),
              ElementsAre(ElementsAre(1u, 0u), ElementsAre(0u, 2u)));
  EXPECT_THAT(largest_of_each({6}, values, 1), ElementsAre(ElementsAre(3u)));
  EXPECT_THAT(largest_of_each({0, 3}, {}, 1), IsEmpty());
}

}  // namespace
}  // namespace assay
