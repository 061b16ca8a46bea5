// SPDX-License-Identifier: MIT
#include "engines/onnxruntime/profile.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace assay {
namespace {

using testing::ElementsAre;

// Events as ONNX Runtime 1.31 writes them, shortened to what is read.
constexpr const char* kProfile = R"([
  {"cat": "Session", "name": "session_initialization", "args": {}},
  {"cat": "Node", "name": "r1_nchwc_kernel_time", "args": {
    "op_name": "Conv", "provider": "CPUExecutionProvider",
    "input_type_shape": [{"float": [1, 3, 224, 224]}, {"float": [64, 3, 3, 3]}, {"float": [64]}],
    "output_type_shape": [{"float": [1, 64, 111, 111]}]}},
  {"cat": "Node", "name": "fc_kernel_time", "args": {
    "op_name": "Gemm", "provider": "CPUExecutionProvider",
    "input_type_shape": [{"float": [2, 512]}, {"float": [1000, 512]}, {"float": [1000]}],
    "output_type_shape": [{"float": [2, 1000]}]}},
  {"cat": "Node", "name": "q_kernel_time", "args": {
    "op_name": "QLinearConv", "provider": "XnnpackExecutionProvider",
    "input_type_shape": [{"uint8": [1, 8, 4, 4]}, {"float": []}, {"uint8": []},
                         {"int8": [16, 8, 1, 1]}, {"float": [16]}, {"int8": []}],
    "output_type_shape": [{"uint8": [1, 16, 4, 4]}]}},
  {"cat": "Node", "name": "nhwc_kernel_time", "args": {
    "op_name": "QLinearConv", "provider": "CPUExecutionProvider",
    "input_type_shape": [{"uint8": [1, 4, 4, 8]}, {"float": []}, {"uint8": []},
                         {"int8": [16, 2, 3, 3]}, {"float": [16]}, {"int8": []}],
    "output_type_shape": [{"uint8": [1, 2, 2, 16]}]}},
  {"cat": "Node", "name": "shape_kernel_time", "args": {
    "op_name": "Shape", "provider": "CPUExecutionProvider",
    "input_type_shape": [{"int64": [4]}], "output_type_shape": [{"int64": [4]}]}},
  {"cat": "Node", "name": "fc_fence_before", "args": {"op_name": "Gemm"}}
])";

TEST(Profile, gives_each_executed_node_its_precision_and_macs) {
  const Facts facts = facts_of_profile(kProfile);
  ASSERT_EQ(facts.layers.size(), 5u);
  EXPECT_EQ(facts.layers[0].name, "r1_nchwc");
  EXPECT_THAT(facts.layers[0].originals, ElementsAre("r1"));
  EXPECT_EQ(facts.layers[0].precision, "fp32");
  EXPECT_EQ(facts.layers[0].macs, 64 * 111 * 111 * 27);
  EXPECT_EQ(facts.layers[1].macs, 2 * 1000 * 512);
  EXPECT_EQ(facts.layers[2].precision, "int8");
  EXPECT_EQ(facts.layers[2].macs, 16 * 16 * 8);
  EXPECT_EQ(facts.layers[3].precision, "int8");
  EXPECT_EQ(facts.layers[3].macs, 2 * 2 * 16 * 2 * 9) << "channels last, in groups";
  EXPECT_EQ(facts.layers[4].macs, 0);
}

TEST(Profile, counts_the_share_of_each_provider) {
  const Facts facts = facts_of_profile(kProfile);
  EXPECT_EQ(facts.providers.at("CPUExecutionProvider"), 0.8);
  EXPECT_EQ(facts.providers.at("XnnpackExecutionProvider"), 0.2);
}

TEST(Profile, of_nothing_states_nothing) {
  EXPECT_TRUE(facts_of_profile("[]").layers.empty());
  EXPECT_TRUE(facts_of_profile("[]").providers.empty());
}

}  // namespace
}  // namespace assay
