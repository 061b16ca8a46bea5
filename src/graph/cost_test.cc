// SPDX-License-Identifier: MIT
// Every number here was counted by hand; the comments show how.
#include "graph/cost.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ValueId weight(Graph& graph, const std::string& name, const Shape& shape) {
  return graph.constant(name, declare(DType::f32, shape));
}

ValueId conv(Graph& graph, const std::string& name, ValueId x, const Shape& shape,
             Attributes attributes = {}) {
  return graph.add("Conv", name, {x, weight(graph, name + ".weight", shape)},
                   std::move(attributes));
}

Attributes padded() {
  return {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};
}

TEST(Cost, counts_a_convolution_with_bias) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 3, 8, 8});
  const ValueId w = weight(graph, "stem.weight", {4, 3, 3, 3}), b = weight(graph, "stem.bias", {4});
  graph.output(graph.add("Conv", "conv_7", {x, w, b}));
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.parameters, 4 * 3 * 3 * 3 + 4);
  EXPECT_EQ(cost.macs, (4 * 6 * 6) * (3 * 3 * 3));  // the bias adds nothing
  EXPECT_EQ(cost.activations, 4 * 6 * 6);
  EXPECT_EQ(cost.weight_bytes, 112 * 4);
  EXPECT_EQ(cost.weight_bytes_by_precision.at("int8"), 112);
  EXPECT_EQ(cost.peak_activation_bytes, (3 * 8 * 8 + 4 * 6 * 6) * 4);
  // 3888 MACs; 448 bytes of weights, 768 of input, 576 of output.
  EXPECT_DOUBLE_EQ(cost.arithmetic_intensity, 3888.0 / (448 + 768 + 576));
  ASSERT_EQ(cost.layers.size(), 1u);
  EXPECT_EQ(cost.layers[0].name, "stem");
  EXPECT_THAT(cost.layers[0].output, ElementsAre(1, 4, 6, 6));
  EXPECT_THAT(cost.uncounted, IsEmpty());
}

TEST(Cost, says_of_each_layer_what_it_moves_and_what_is_alive) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 1, 2, 2});
  const ValueId a = conv(graph, "a", x, {3, 1, 1, 1});
  graph.output(graph.add("Relu", "r", {a}));
  const Cost cost = analyse(graph);
  ASSERT_EQ(cost.layers.size(), 2u);
  EXPECT_EQ(cost.layers[0].weight_bytes, 3 * 4);
  EXPECT_EQ(cost.layers[0].moved_bytes, (3 + 4 + 12) * 4);
  EXPECT_DOUBLE_EQ(cost.layers[0].arithmetic_intensity(), 12.0 / 76);
  EXPECT_EQ(cost.layers[0].live_bytes, (4 + 12) * 4);
  EXPECT_EQ(cost.layers[1].moved_bytes, (12 + 12) * 4);
  EXPECT_EQ(cost.layers[1].live_bytes, (12 + 12) * 4);
  EXPECT_EQ(cost.layers[1].live_bytes_inplace, 12 * 4);
  EXPECT_DOUBLE_EQ(cost.layers[1].arithmetic_intensity(), 0);
}

// The same layers as modules of PyTorch, Conv2d(1, 3, 1), BatchNorm2d(3), ReLU,
// AdaptiveAvgPool2d(1), Flatten, Linear(3, 5), on an image of 2x2: ptflops 0.7.5 prints 116.
TEST(Cost, counts_as_ptflops_does_beside_its_own_count) {
  Graph graph;
  const ValueId image = graph.input("x", DType::f32, {1, 1, 2, 2});
  ValueId x =
      graph.add("Conv", "conv", {image, weight(graph, "w", {3, 1, 1, 1}), weight(graph, "b", {3})});
  x = graph.add("BatchNormalization", "bn",
                {x, weight(graph, "s", {3}), weight(graph, "o", {3}), weight(graph, "m", {3}),
                 weight(graph, "v", {3})});
  x = graph.add("GlobalAveragePool", "pool", {graph.add("Relu", "relu", {x})});
  x = graph.add(
      "Gemm", "fc",
      {graph.add("Flatten", "flat", {x}), weight(graph, "f", {5, 3}), weight(graph, "fb", {5})},
      {{"transB", int64_t{1}}});
  graph.output(x);
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.macs, 12 + 15);
  EXPECT_EQ(cost.ptflops_macs, 116);
}

TEST(Cost, counts_a_depthwise_convolution_by_its_group) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2, 8, 5, 5});
  Attributes attributes = padded();
  attributes["group"] = int64_t{8};
  graph.output(conv(graph, "dw", x, {8, 1, 3, 3}, attributes));
  EXPECT_EQ(analyse(graph).macs, 2 * 8 * 5 * 5 * 9);
  EXPECT_EQ(analyse(graph).parameters, 72);
}

TEST(Cost, counts_a_transposed_convolution_by_its_input) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4, 3, 3});
  graph.output(graph.add("ConvTranspose", "up", {x, weight(graph, "w", {4, 2, 2, 2})},
                         {{"strides", std::vector<int64_t>{2, 2}}}));
  EXPECT_EQ(analyse(graph).macs, (4 * 3 * 3) * (2 * 2 * 2));
}

TEST(Cost, counts_linear_layers_and_the_products_of_attention) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 5, 6});
  const ValueId q = graph.add("MatMul", "q", {x, weight(graph, "wq", {6, 8})});
  const ValueId t = graph.add("Transpose", "t", {q}, {{"perm", std::vector<int64_t>{0, 2, 1}}});
  const ValueId scores = graph.add("MatMul", "scores", {q, t});
  graph.output(scores);
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.macs, 5 * 8 * 6 + 5 * 5 * 8);
  EXPECT_EQ(cost.parameters, 48);
}

TEST(Cost, counts_an_einsum_product_and_a_transposed_gemm) {
  Graph graph;
  const ValueId a = graph.input("a", DType::f32, {2, 3, 4}),
                b = graph.input("b", DType::f32, {2, 4, 5});
  graph.output(graph.add("Einsum", "e", {a, b}, {{"equation", std::string("bij,bjk->bik")}}));
  const ValueId c = graph.input("c", DType::f32, {7, 3});
  graph.output(graph.add("Gemm", "g", {c, weight(graph, "w", {9, 7})},
                         {{"transA", int64_t{1}}, {"transB", int64_t{1}}}));
  EXPECT_EQ(analyse(graph).macs, 2 * 3 * 4 * 5 + 3 * 9 * 7);
}

TEST(Cost, counts_recurrent_layers_and_attention) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {7, 2, 10});
  graph.add_node("LSTM", "lstm",
                 {x, weight(graph, "w", {1, 48, 10}), weight(graph, "r", {1, 48, 12})}, {}, {"y"});
  graph.output(*graph.find("y"));
  const ValueId q = graph.input("q", DType::f32, {2, 4, 5, 8}),
                k = graph.input("k", DType::f32, {2, 4, 6, 8}),
                v = graph.input("v", DType::f32, {2, 4, 6, 3});
  graph.output(graph.add("Attention", "a", {q, k, v}));
  EXPECT_EQ(analyse(graph).macs, 7 * 2 * 48 * (10 + 12) + 2 * 4 * 5 * 6 * (8 + 3));
  EXPECT_EQ(analyse(graph).parameters, 48 * (10 + 12));
}

TEST(Cost, keeps_running_statistics_apart) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4, 2, 2});
  graph.output(
      graph.add("BatchNormalization", "bn",
                {x, weight(graph, "bn.weight", {4}), weight(graph, "bn.bias", {4}),
                 weight(graph, "bn.running_mean", {4}), weight(graph, "bn.running_var", {4})}));
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.parameters, 8);
  EXPECT_EQ(cost.running_statistics, 8);
  EXPECT_EQ(cost.macs, 0);
  EXPECT_EQ(cost.layers[0].name, "bn");
}

TEST(Cost, counts_arrays_of_arithmetic_but_no_scalars_bounds_or_shapes) {
  Graph graph;
  const float one = 1;
  const int64_t target[] = {1, 4};
  const ValueId x = graph.input("x", DType::f32, {1, 4, 1, 1});
  const ValueId scaled = graph.add("Mul", "gamma", {x, weight(graph, "gamma.weight", {4, 1, 1})});
  const ValueId shifted =
      graph.add("Add", "plus1", {scaled, graph.constant("one", make_f32({}, {&one, 1}))});
  const ValueId clipped =
      graph.add("Clip", "clip", {shifted, graph.constant("low", make_f32({}, {&one, 1}))});
  const ValueId shape = graph.constant("shape", make_i64({2}, target));
  graph.output(graph.add("Reshape", "flat", {clipped, shape}));
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.parameters, 4);
  EXPECT_EQ(cost.layers[0].parameters, 4);
}

TEST(Cost, counts_quantized_weights_behind_dequantize_at_the_layer_that_uses_them) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 3, 4, 4});
  const ValueId quantized = graph.constant("w", declare(DType::i8, {2, 3, 1, 1}));
  const ValueId scale = weight(graph, "scale", {2});
  const ValueId w = graph.add("DequantizeLinear", "dq", {quantized, scale}, {{"axis", int64_t{0}}});
  graph.output(graph.add("Conv", "conv", {x, w}));
  const Cost cost = analyse(graph);
  EXPECT_EQ(cost.parameters, 6);  // not the scales
  EXPECT_EQ(cost.weight_bytes, 6);
  EXPECT_EQ(cost.layers[1].parameters, 6);
  EXPECT_EQ(cost.macs, 2 * 4 * 4 * 3);
}

TEST(Cost, counts_shared_weights_once) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2, 4});
  const ValueId w = weight(graph, "w", {4, 4});
  const ValueId once = graph.add("MatMul", "first", {x, w});
  graph.output(graph.add("MatMul", "second", {once, w}));
  EXPECT_EQ(analyse(graph).parameters, 16);
  EXPECT_EQ(analyse(graph).macs, 2 * 32);
}

TEST(Cost, names_the_operators_that_it_cannot_count_once_each) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4});
  const ValueId y = graph.add("custom::Blur", "a", {x, weight(graph, "k", {5})});
  const ValueId z = graph.add("custom::Blur", "b", {y});
  graph.output(graph.add("MatMul", "m", {z, weight(graph, "w", {4, 4})}));
  const Cost cost = analyse(graph);
  EXPECT_THAT(cost.uncounted, ElementsAre("custom::Blur", "MatMul"));
  EXPECT_EQ(cost.parameters, 5 + 16);
  EXPECT_EQ(cost.macs, 0);
}

TEST(Cost, saturates_where_dimensions_are_absurd) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {int64_t{1} << 40, int64_t{1} << 10});
  graph.output(
      graph.add("MatMul", "m", {x, weight(graph, "w", {int64_t{1} << 10, int64_t{1} << 19})}));
  EXPECT_EQ(analyse(graph).macs, INT64_MAX);
}

TEST(Cost, of_a_graph_without_nodes_is_zero) {
  Graph graph;
  graph.output(graph.input("x", DType::f32, {2}));
  EXPECT_EQ(analyse(graph).macs, 0);
  EXPECT_EQ(analyse(graph).peak_activation_bytes, 8);
}

}  // namespace
}  // namespace assay
