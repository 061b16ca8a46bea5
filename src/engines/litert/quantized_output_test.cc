// SPDX-License-Identifier: MIT
#include "engines/litert/quantized_output.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

// x -> Neg -> (what the test adds)
struct Output : testing::Test {
  ValueId quantize(ValueId value, const std::string& name, float scale, uint8_t zero = 0) {
    const ValueId step = graph.constant(name + "_s", make_f32({}, {{scale}}));
    const ValueId origin =
        graph.constant(name + "_z", make_tensor(DType::u8, {}, std::as_bytes(std::span(&zero, 1))));
    return graph.add("QuantizeLinear", name, {value, step, origin});
  }
  ValueId clip(ValueId value, float low, float high) {
    return graph.add("Clip", "clip",
                     {value, graph.constant("low", make_f32({}, {{low}})),
                      graph.constant("high", make_f32({}, {{high}}))});
  }
  std::optional<QuantizedOutput> found() {
    return quantized_output(Readers(graph), graph.nodes()[0]);
  }
  // Of a Clip before a grid.
  std::optional<int8_t> activation(float low, float high, float scale, uint8_t zero) {
    graph = Graph();
    x = graph.input("x", DType::f32, {1, 2});
    y = graph.add("Neg", "y", {x});
    quantize(clip(y, low, high), "q", scale, zero);
    const auto output = found();
    return output ? std::optional(output->activation) : std::nullopt;
  }
  Graph graph;
  ValueId x = graph.input("x", DType::f32, {1, 2});
  ValueId y = graph.add("Neg", "y", {x});
};

TEST_F(Output, goes_to_the_quantization_that_alone_reads_it) {
  EXPECT_FALSE(found()) << "nothing reads it";
  quantize(y, "q", 0.5f, 3);
  ASSERT_TRUE(found());
  EXPECT_EQ(found()->grid, (Grid{0.5f, -125}));
  EXPECT_EQ(found()->rectifier, nullptr);
}

TEST_F(Output, goes_to_several_quantizations_only_when_they_are_the_same) {
  quantize(y, "q", 0.5f);
  quantize(y, "again", 0.5f);
  EXPECT_TRUE(found());
  quantize(y, "other", 0.25f);
  EXPECT_FALSE(found());
}

TEST_F(Output, is_not_quantized_when_someone_wants_it_as_it_is) {
  quantize(y, "q", 0.5f);
  graph.add("Exp", "e", {y});
  EXPECT_FALSE(found());
}

TEST_F(Output, is_not_quantized_when_it_is_an_output_of_the_network) {
  quantize(y, "q", 0.5f);
  graph.output(y);
  EXPECT_FALSE(found());
}

TEST_F(Output, goes_through_one_rectifier) {
  const ValueId r = graph.add("Relu", "r", {y});
  quantize(r, "q", 0.5f, 128);
  const auto output = found();
  ASSERT_TRUE(output);
  EXPECT_EQ(output->activation, 1) << "RELU, because the grid has numbers below 0";
  EXPECT_EQ(output->rectifier->name, "r");
  graph.output(r);
  EXPECT_FALSE(found()) << "the rectified value is wanted, too";
}

TEST_F(Output, needs_no_activation_where_the_grid_has_the_rectifiers_ends) {
  EXPECT_EQ(activation(0, 6, 6.0f / 255, 0), 0);
  EXPECT_EQ(activation(0, 6, 5.0f / 255, 0), 0) << "the grid ends before the bound";
  EXPECT_EQ(activation(0, 6, 7.0f / 255, 0), 3) << "RELU6";
  EXPECT_EQ(activation(0, 6, 6.0f / 255, 128), 1) << "RELU: above, the grid ends before the bound";
  EXPECT_EQ(activation(0, 6, 14.0f / 255, 128), 3);
  EXPECT_EQ(activation(-1, 1, 8.0f / 255, 128), 2) << "RELU_N1_TO_1";
}

TEST_F(Output, is_not_taken_through_bounds_that_the_format_lacks) {
  EXPECT_EQ(activation(-3, 6, 12.0f / 255, 128), std::nullopt);
  EXPECT_EQ(activation(0, 5, 12.0f / 255, 0), std::nullopt);
  EXPECT_EQ(activation(1, 6, 12.0f / 255, 0), std::nullopt);
}

TEST_F(Output, is_not_taken_through_bounds_that_are_computed) {
  const ValueId low = graph.input("low", DType::f32, {});
  quantize(graph.add("Clip", "clip", {y, low}), "q", 0.5f);
  EXPECT_FALSE(found());
}

}  // namespace
}  // namespace assay
