// SPDX-License-Identifier: MIT
#include "engines/litert/kernels.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<WrittenLayer> fp32(const std::vector<int64_t>& macs) {
  std::vector<WrittenLayer> layers;
  for (const int64_t each : macs) layers.push_back({each, "fp32"});
  return layers;
}

TEST(Kernels, are_layers_with_the_models_multiply_adds_in_order) {
  const std::vector<std::string> kernels = {"Invoke", "Convolution (NHWC, F32) IGEMM",
                                            "MAX_POOL_2D", "Fully Connected (NC, F32) GEMM"};
  const Facts facts = facts_of_kernels(kernels, fp32({600, 40}));
  ASSERT_EQ(facts.layers.size(), 3u) << "what contains other events is no layer";
  EXPECT_EQ(facts.layers[0].op, "Convolution");
  EXPECT_EQ(facts.layers[0].precision, "fp32");
  EXPECT_EQ(facts.layers[0].macs, 600);
  EXPECT_EQ(facts.layers[1].macs, 0);
  EXPECT_EQ(facts.layers[2].macs, 40);
  EXPECT_THAT(facts.providers, ElementsAre(Pair("LiteRT", 1.0 / 3), Pair("XNNPACK", 2.0 / 3)));
}

TEST(Kernels, say_at_which_precision_they_compute) {
  const std::vector<std::string> kernels = {
      "Convolution (NHWC, F16) IGEMM", "Fully Connected (NC, QS8, QC8W) GEMM",
      "Fully Connected (NC, QDU8, F32, QC8W)", "Convolution (NHWC, QC8) DWConv",
      "Fully Connected (NC, F32) GEMM"};
  const Facts facts = facts_of_kernels(kernels, fp32({1, 1, 1, 1, 1}));
  EXPECT_EQ(facts.layers[0].precision, "fp16");
  EXPECT_EQ(facts.layers[1].precision, "int8");
  EXPECT_EQ(facts.layers[2].precision, "int8") << "its products are of integers";
  EXPECT_EQ(facts.layers[3].precision, "int8");
  EXPECT_EQ(facts.layers[4].precision, "fp32") << "whatever the file has";
}

TEST(Kernels, of_a_quantized_model_that_do_not_say_are_what_the_file_has_or_unknown) {
  const std::vector<std::string> kernels = {"CONV_2D", "Add (ND)", "FULLY_CONNECTED"};
  const std::vector<WrittenLayer> model = {{7, "int8"}, {9, "fp32"}};
  const Facts facts = facts_of_kernels(kernels, model);
  EXPECT_EQ(facts.layers[0].precision, "int8");
  EXPECT_EQ(facts.layers[1].precision, "");
  EXPECT_EQ(facts.layers[2].precision, "fp32");
  EXPECT_EQ(facts.layers[2].macs, 9);
}

TEST(Kernels, claim_no_multiply_adds_when_they_are_not_as_many_as_in_the_model) {
  const std::vector<std::string> kernels = {"Convolution (NHWC, F32) IGEMM"};
  EXPECT_EQ(facts_of_kernels(kernels, fp32({600, 40})).layers[0].macs, 0);
}

}  // namespace
}  // namespace assay
