// SPDX-License-Identifier: MIT
// QDQ networks as LiteRT computes them, against the plain executor on the same network.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "engine/engine.h"
#include "engines/litert/compiled_network.h"
#include "engines/litert/kernels.h"
#include "engines/litert/lowering.h"
#include "engines/litert/tensors.h"
#include "graph/execute.h"

namespace assay {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

template <typename T>
Tensor tensor_of(DType type, Shape shape, const std::vector<T>& values) {
  return make_tensor(type, std::move(shape), std::as_bytes(std::span(values)));
}

Tensor random(const Shape& shape, const std::string& name) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = random_uniform(stream_key(1, name), i);
  return make_f32(shape, values);
}

struct QuantizedNetwork : testing::Test {
  ValueId input(const Shape& shape) {
    return through(graph.input("x", DType::f32, shape), 2.0f / 255, uint8_t{128});
  }
  // Onto the grid of this scale and zero point, whose type is that of the integers, and back.
  template <typename T>
  ValueId through(ValueId value, float scale, T zero) {
    const std::string name = "grid" + std::to_string(graph.nodes().size());
    const ValueId step = graph.constant(name + "_s", make_f32({}, {{scale}}));
    const DType type = std::is_same_v<T, int8_t> ? DType::i8 : DType::u8;
    const ValueId origin = graph.constant(name + "_z", tensor_of<T>(type, {}, {zero}));
    const ValueId q = graph.add("QuantizeLinear", name, {value, step, origin});
    return graph.add("DequantizeLinear", name + "_f32", {q, step, origin});
  }
  // Seeded i8 weights with one scale for each slice along `axis`, or one for all.
  ValueId weight(const Shape& shape, int64_t axis, bool per_channel = true) {
    const std::string name = "w" + std::to_string(graph.nodes().size());
    const Tensor values = random(shape, name);
    std::vector<int8_t> integers;
    for (const float value : values.as<float>())
      integers.push_back(static_cast<int8_t>(std::lround(value * 127)));
    const int64_t count = per_channel ? shape[static_cast<size_t>(axis)] : 1;
    std::vector<float> scales;
    for (int64_t i = 0; i < count; ++i) scales.push_back(0.002f + 0.001f * static_cast<float>(i));
    const Shape sizes = per_channel ? Shape{count} : Shape{};
    return graph.add("DequantizeLinear", name,
                     {graph.constant(name + "_q", tensor_of(DType::i8, shape, integers)),
                      graph.constant(name + "_s", make_f32(sizes, scales)),
                      graph.constant(name + "_z", tensor_of(DType::i8, sizes,
                                                            std::vector<int8_t>(scales.size())))},
                     {{"axis", axis}});
  }
  ValueId bias(int64_t channels) { return graph.constant("bias", random({channels}, "bias")); }

  // Ends the network and runs it. Every result is within `tolerance` of what the plain executor
  // computes.
  void expect_result(ValueId result, float tolerance) {
    graph.output(result);
    const Tensor x = random(graph.value(graph.inputs()[0]).shape.value(), "x");
    const Tensor expected = execute(graph, {{"x", x}})[0];
    const auto file = Lowering(fold_qdq(graph)).finish();
    CompiledNetwork network(std::as_bytes(std::span(file.data(), file.size())),
                            {.xnnpack = xnnpack, .profiled = true});
    OwnTensors inputs(ports_of(graph, graph.inputs())), outputs(ports_of(graph, graph.outputs()));
    std::ranges::copy(x.raw(), inputs.memory(0));
    kernels = network.kernels(inputs.handles(), outputs.handles());
    const auto* computed = reinterpret_cast<const float*>(outputs.memory(0));
    float largest = 0, moved = 0;
    for (size_t i = 0; i < expected.as<float>().size(); ++i) {
      largest = std::max(largest, std::abs(computed[i] - expected.as<float>()[i]));
      moved = std::max(moved, std::abs(expected.as<float>()[i]));
    }
    EXPECT_LE(largest, tolerance);
    EXPECT_GT(moved, 4 * tolerance) << "there is nothing to compare";
  }
  void expect_int8(const char* kernel) {
    EXPECT_THAT(kernels, Contains(testing::AllOf(HasSubstr(kernel), HasSubstr("QC8"))));
    EXPECT_THAT(kernels, Not(Contains(testing::AllOf(HasSubstr(kernel), HasSubstr("F32)")))));
  }
  Graph graph;
  std::vector<std::string> kernels;
  bool xnnpack = true;
};

constexpr float kStep = 0.02f, kOneStep = 1.01f * kStep;  // a result may round the other way

const Attributes kUneven = {{"pads", std::vector<int64_t>{1, 0, 2, 1}},
                            {"strides", std::vector<int64_t>{2, 1}}};

TEST_F(QuantizedNetwork, convolves_integers_with_a_scale_for_each_channel) {
  const ValueId y =
      graph.add("Conv", "y", {input({1, 3, 7, 6}), weight({5, 3, 3, 3}, 0), bias(5)}, kUneven);
  expect_result(through(y, kStep, uint8_t{120}), kOneStep);
  expect_int8("Convolution");
}

TEST_F(QuantizedNetwork, convolves_integers_with_one_scale_and_rectifies_what_the_grid_does_not) {
  const ValueId y = graph.add(
      "Conv", "y", {input({1, 3, 7, 6}), weight({5, 3, 3, 3}, 0, false), bias(5)}, kUneven);
  expect_result(through(graph.add("Relu", "r", {y}), kStep, int8_t{-100}), kOneStep);
  expect_int8("Convolution");
}

TEST_F(QuantizedNetwork, convolves_each_channel_and_groups_of_them) {
  Attributes attributes = kUneven;
  attributes["group"] = int64_t{4};
  const ValueId x = input({1, 4, 7, 6});
  const ValueId each = graph.add("Conv", "each", {x, weight({8, 1, 3, 3}, 0)}, attributes);
  const ValueId y = through(graph.add("Relu", "r", {each}), kStep, uint8_t{0});
  const ValueId grouped =
      graph.add("Conv", "grouped", {y, weight({6, 4, 1, 1}, 0)}, {{"group", int64_t{2}}});
  expect_result(through(grouped, 0.1f, uint8_t{128}), 0.101f);
  expect_int8("Convolution");
}

TEST_F(QuantizedNetwork, multiplies_matrices_of_integers_however_their_weights_lie) {
  const ValueId x = input({3, 8});
  const ValueId a =
      through(graph.add("Gemm", "a", {x, weight({6, 8}, 0), bias(6)}, {{"transB", int64_t{1}}}),
              kStep, int8_t{5});
  const ValueId b = through(graph.add("Gemm", "b", {a, weight({6, 4}, 1)}), kStep, uint8_t{128});
  const ValueId c =
      through(graph.add("MatMul", "c", {b, weight({4, 5}, 1, false)}), kStep, uint8_t{128});
  expect_result(c, 2 * kOneStep);
  expect_int8("Fully Connected");
}

TEST_F(QuantizedNetwork, multiplies_integers_also_where_the_result_is_not_quantized) {
  const ValueId y = graph.add("Gemm", "y", {input({2, 64}), weight({6, 64}, 0), bias(6)},
                              {{"transB", int64_t{1}}});
  expect_result(y, 0.05f);
  const Facts facts = facts_of_kernels(kernels, std::vector<WrittenLayer>{{2 * 6 * 64, "fp32"}});
  const auto layer = std::ranges::find(facts.layers, 2 * 6 * 64, &LayerFact::macs);
  ASSERT_NE(layer, facts.layers.end());
  EXPECT_EQ(layer->precision, "int8") << layer->kernel;
}

TEST_F(QuantizedNetwork, adds_and_multiplies_across_grids) {
  const ValueId x = input({1, 3, 4, 5});
  const ValueId half = through(x, 0.004f, int8_t{-3});
  const ValueId sum = through(graph.add("Add", "sum", {x, half}), kStep, uint8_t{90});
  const ValueId product = graph.add("Mul", "product", {sum, x});
  expect_result(through(graph.add("Relu", "r", {product}), 0.01f, uint8_t{10}), 0.05f);
  for (const std::string& kernel : kernels) EXPECT_THAT(kernel, Not(HasSubstr("(ND, F32)")));
}

TEST_F(QuantizedNetwork, pools_and_concatenates_on_the_grids_that_the_model_asks_for) {
  const ValueId x = input({1, 4, 8, 8});
  const Attributes window = {{"kernel_shape", std::vector<int64_t>{3, 3}},
                             {"strides", std::vector<int64_t>{2, 2}},
                             {"pads", std::vector<int64_t>{1, 1, 1, 1}}};
  const Attributes inner = {{"kernel_shape", std::vector<int64_t>{2, 2}},
                            {"strides", std::vector<int64_t>{2, 2}}};
  const ValueId most = through(graph.add("MaxPool", "most", {x}, window), 2.0f / 255, uint8_t{128});
  const ValueId mean = through(graph.add("AveragePool", "mean", {x}, inner), 0.006f, uint8_t{128});
  const ValueId both = through(graph.add("Concat", "both", {most, mean}, {{"axis", int64_t{1}}}),
                               kStep, uint8_t{100});
  const ValueId all = through(graph.add("GlobalAveragePool", "all", {both}), 0.004f, int8_t{-10});
  expect_result(graph.add("Flatten", "flat", {all}), kStep / 2);
}

TEST_F(QuantizedNetwork, pads_a_maximum_with_less_than_what_stands_for_zero) {
  const ValueId x = graph.input("x", DType::f32, {1, 2, 4, 4});
  const ValueId below =
      graph.add("Sub", "below", {x, graph.constant("two", make_f32({}, {{2.0f}}))});
  const ValueId y = graph.add(
      "MaxPool", "y", {through(below, 3.0f / 255, uint8_t{255})},
      {{"kernel_shape", std::vector<int64_t>{3, 3}}, {"pads", std::vector<int64_t>{1, 1, 2, 2}}});
  expect_result(through(y, 3.0f / 255, uint8_t{255}), 3.1f / 255);
}

TEST_F(QuantizedNetwork, moves_integers_and_takes_padding_to_be_what_stands_for_zero) {
  const ValueId x = input({1, 4, 3, 3});
  const ValueId turned =
      graph.add("Transpose", "turned", {x}, {{"perm", std::vector<int64_t>{0, 2, 3, 1}}});
  const std::vector<int64_t> pads = {0, 1, 0, 0, 0, 0, 2, 0}, from = {1}, to = {3};
  const ValueId wider =
      graph.add("Pad", "wider", {turned, graph.constant("pads", make_i64({8}, pads))});
  const ValueId part = graph.add(
      "Slice", "part",
      {wider, graph.constant("from", make_i64({1}, from)), graph.constant("to", make_i64({1}, to)),
       graph.constant("axis", make_i64({1}, from))});
  expect_result(graph.add("Flatten", "flat", {part}), 1.01f * 2 / 255);
  for (const std::string& kernel : kernels) EXPECT_THAT(kernel, Not(HasSubstr("X32"))) << kernel;
}

TEST_F(QuantizedNetwork, computes_in_f32_what_the_integer_kernels_cannot) {
  // Weights around another zero point than 0.
  const std::vector<uint8_t> values = {1, 255, 90, 100, 7, 200};
  const ValueId w = graph.add("DequantizeLinear", "w",
                              {graph.constant("q", tensor_of(DType::u8, {2, 3, 1, 1}, values)),
                               graph.constant("s", make_f32({}, {{0.01f}})),
                               graph.constant("z", tensor_of<uint8_t>(DType::u8, {}, {100}))});
  const ValueId y = graph.add("Conv", "y", {input({1, 3, 4, 4}), w});
  expect_result(through(graph.add("Relu", "r", {y}), kStep, uint8_t{0}), kOneStep);
  EXPECT_THAT(kernels, Contains(HasSubstr("F32) GEMM")));
}

TEST_F(QuantizedNetwork, is_the_same_to_everyone_who_reads_a_value) {
  const ValueId x = input({1, 3, 4, 4});
  const ValueId y = graph.add("Conv", "y", {x, weight({3, 3, 1, 1}, 0)});
  const ValueId q = through(y, kStep, uint8_t{128});
  const ValueId plain = graph.add("Sigmoid", "plain", {y});
  expect_result(graph.add("Add", "sum", {q, plain}), kOneStep);
}

TEST_F(QuantizedNetwork, runs_in_litert_s_own_kernels_too) {
  xnnpack = false;
  const ValueId y =
      graph.add("Conv", "y", {input({1, 3, 7, 6}), weight({5, 3, 3, 3}, 0), bias(5)}, kUneven);
  expect_result(through(y, kStep, uint8_t{120}), kOneStep);
}

TEST_F(QuantizedNetwork, is_refused_with_grids_that_litert_lacks_and_names_the_operator) {
  const auto why_not = [&] {
    try {
      Lowering(fold_qdq(graph)).finish();
    } catch (const Unsupported& refusal) {
      return std::string(refusal.what());
    }
    return std::string();
  };
  const ValueId x = graph.input("x", DType::f32, {1, 2});
  const ValueId one = graph.constant("one", make_f32({}, {{1.0f}}));
  const ValueId q = graph.add("QuantizeLinear", "q", {x, one});
  graph.output(
      graph.add("DequantizeLinear", "d", {q, graph.constant("two", make_f32({}, {{2.0f}}))}));
  EXPECT_THAT(why_not(), HasSubstr("DequantizeLinear (node 'd')"));
  graph = Graph();
  const ValueId each = graph.constant("each", make_f32({2}, {{1, 2}}));
  const ValueId r = graph.add("QuantizeLinear", "r", {graph.input("x", DType::f32, {1, 2}), each});
  graph.output(graph.add("DequantizeLinear", "e", {r, each}));
  EXPECT_THAT(why_not(), HasSubstr("QuantizeLinear (node 'r')"));
}

}  // namespace
}  // namespace assay
