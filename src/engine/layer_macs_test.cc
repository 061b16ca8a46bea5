// SPDX-License-Identifier: MIT
#include "engine/layer_macs.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

LayerFact layer(const std::string& precision, int64_t macs) {
  LayerFact fact;
  fact.precision = precision;
  fact.macs = macs;
  return fact;
}

// Alexnet's layers, whose counts are in every table of the literature.
TEST(LayerMacs, count_plain_and_grouped_convolutions_and_linear_layers) {
  EXPECT_EQ(convolution_macs({96, 3, 11, 11}, {1, 96, 55, 55}), 105'415'200);
  EXPECT_EQ(convolution_macs({256, 48, 5, 5}, {1, 256, 27, 27}), 223'948'800);
  EXPECT_EQ(convolution_macs({2, 128, 48, 5, 5}, {1, 256, 27, 27}), 223'948'800);
  EXPECT_EQ(product_macs({1, 9216}, {1, 4096}), 37'748'736);
}

TEST(LayerMacs, are_zero_where_shapes_are_missing) {
  EXPECT_EQ(convolution_macs({96, 3, 11, 11}, {}), 0);
  EXPECT_EQ(convolution_macs({96, 3, 11, 11}, {1, 0, 5, 5}), 0);
  EXPECT_EQ(product_macs({}, {1, 10}), 0);
}

TEST(LayerMacs, give_the_share_of_each_precision_and_ignore_layers_that_multiply_nothing) {
  const std::vector<LayerFact> layers = {layer("bf16", 300), layer("fp32", 100), layer("int64", 0)};
  EXPECT_THAT(precision_shares(layers),
              UnorderedElementsAre(Pair("bf16", 0.75), Pair("fp32", 0.25)));
  EXPECT_TRUE(precision_shares({}).empty());
}

}  // namespace
}  // namespace assay
