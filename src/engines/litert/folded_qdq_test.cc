// SPDX-License-Identifier: MIT
#include "engines/litert/folded_qdq.h"

#include <gmock/gmock.h>

namespace assay {
namespace {

using testing::ElementsAre;

template <typename T>
Tensor tensor_of(DType type, Shape shape, const std::vector<T>& values) {
  return make_tensor(type, std::move(shape), std::as_bytes(std::span(values)));
}

// x [1, 2] times the dequantized weight.
struct Folded : testing::Test {
  FoldedQdq fold(Tensor weight, Tensor scale, Tensor zero, int64_t axis) {
    Graph graph;
    const ValueId x = graph.input("x", DType::f32, {1, 2});
    const ValueId w =
        graph.add("DequantizeLinear", "w",
                  {graph.constant("q", std::move(weight)), graph.constant("s", std::move(scale)),
                   graph.constant("z", std::move(zero))},
                  {{"axis", axis}});
    graph.output(graph.add("MatMul", "y", {x, w}));
    return fold_qdq(graph);
  }
};

TEST_F(Folded, weights_are_f32_for_those_who_want_that_and_integers_for_the_others) {
  const FoldedQdq folded =
      fold(tensor_of<int8_t>(DType::i8, {2, 2}, {1, -2, 3, 127}), make_f32({2}, {{0.5f, 10}}),
           tensor_of<int8_t>(DType::i8, {2}, {0, 0}), -1);
  ASSERT_EQ(folded.graph.nodes().size(), 1u);
  const ValueId weight = folded.graph.nodes()[0].inputs[1];
  EXPECT_THAT(folded.graph.value(weight).constant.value().as<float>(),
              ElementsAre(0.5f, -20, 1.5f, 1270));
  const IntegerConstant& integers = folded.integers.at(weight);
  EXPECT_THAT(integers.values.as<int8_t>(), ElementsAre(1, -2, 3, 127));
  EXPECT_THAT(integers.scales, ElementsAre(0.5f, 10));
  EXPECT_EQ(integers.axis, 1u) << "counted from the front";
  EXPECT_TRUE(integers.is_symmetric());
}

TEST_F(Folded, unsigned_weights_become_signed_with_their_zero_point) {
  const auto fold_with_zero = [&](uint8_t zero) {
    const FoldedQdq folded =
        fold(tensor_of<uint8_t>(DType::u8, {2, 2}, {0, 127, 128, 255}), make_f32({}, {{0.5f}}),
             tensor_of<uint8_t>(DType::u8, {}, {zero}), 0);
    return folded.integers.at(folded.graph.nodes()[0].inputs[1]);
  };
  EXPECT_THAT(fold_with_zero(128).values.as<int8_t>(), ElementsAre(-128, -1, 0, 127));
  EXPECT_TRUE(fold_with_zero(128).is_symmetric());
  EXPECT_THAT(fold_with_zero(100).zeros, ElementsAre(-28));
  EXPECT_FALSE(fold_with_zero(100).is_symmetric());
}

TEST_F(Folded, weights_without_values_are_constants_of_both_kinds_without_values) {
  for (const DType type : {DType::i8, DType::u8}) {
    const FoldedQdq folded = fold(declare(type, {2, 2}), make_f32({}, {{0.5f}}),
                                  make_tensor(type, {}, std::vector<std::byte>(1)), 0);
    ASSERT_EQ(folded.graph.nodes().size(), 1u);
    const ValueId weight = folded.graph.nodes()[0].inputs[1];
    EXPECT_TRUE(folded.graph.value(weight).constant.value().declared_only());
    EXPECT_EQ(folded.graph.value(weight).dtype, DType::f32);
    EXPECT_TRUE(folded.integers.at(weight).values.declared_only());
    EXPECT_EQ(folded.integers.at(weight).values.dtype, DType::i8);
  }
}

TEST_F(Folded, weights_that_the_model_quantizes_itself_are_integers_too) {
  Graph graph;
  const ValueId scale = graph.constant("s", make_f32({}, {{0.5f}}));
  const ValueId zero = graph.constant("z", tensor_of<int8_t>(DType::i8, {}, {0}));
  const ValueId q = graph.add("QuantizeLinear", "q",
                              {graph.constant("w", make_f32({2, 1}, {{0.6f, -100}})), scale, zero});
  const ValueId w = graph.add("DequantizeLinear", "d", {q, scale, zero});
  graph.output(graph.add("MatMul", "y", {graph.input("x", DType::f32, {1, 2}), w}));
  const FoldedQdq folded = fold_qdq(graph);
  ASSERT_EQ(folded.graph.nodes().size(), 1u);
  const ValueId weight = folded.graph.nodes()[0].inputs[1];
  EXPECT_THAT(folded.integers.at(weight).values.as<int8_t>(), ElementsAre(1, -128));
  EXPECT_THAT(folded.graph.value(weight).constant.value().as<float>(), ElementsAre(0.5f, -64));
}

TEST_F(Folded, network_keeps_what_is_computed_and_what_has_no_scale) {
  const FoldedQdq declared = fold(declare(DType::i8, {2, 2}), declare(DType::f32, {}),
                                  tensor_of<int8_t>(DType::i8, {}, {0}), 0);
  EXPECT_EQ(declared.graph.nodes().size(), 2u);
  EXPECT_TRUE(declared.integers.empty());
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 2});
  const ValueId scale = graph.constant("s", make_f32({}, {{0.5f}}));
  graph.output(
      graph.add("DequantizeLinear", "d", {graph.add("QuantizeLinear", "q", {x, scale}), scale}));
  const FoldedQdq computed = fold_qdq(graph);
  EXPECT_EQ(computed.graph.nodes().size(), 2u);
  EXPECT_EQ(computed.graph.value(computed.graph.outputs()[0]).name, "d");
}

}  // namespace
}  // namespace assay
