// SPDX-License-Identifier: MIT
#include "transform/quantize.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/random.h"
#include "graph/execute.h"

namespace assay {
namespace {

using Inputs = std::map<std::string, Tensor>;

Tensor random(const Shape& shape, const char* name, float scale = 1) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = scale * random_uniform(stream_key(1, name), i);
  return make_f32(shape, values);
}

// Convolution, normalization, rectifier, a residual addition, pools and a linear layer.
Graph small_network(int64_t batch = 1) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {batch, 4, 8, 8});
  const Attributes same = {{"pads", std::vector<int64_t>{1, 1, 1, 1}}};
  ValueId y =
      graph.add("Conv", "conv", {x, graph.constant("w", random({4, 4, 3, 3}, "w", 0.5f))}, same);
  y = graph.add("BatchNormalization", "bn",
                {y, graph.constant("s", make_f32({4}, {{1, 2, 0.5, 1}})),
                 graph.constant("o", make_f32({4}, {{0, 1, -1, 0.5}})),
                 graph.constant("m", make_f32({4}, {{0.1f, 0, 0, -0.1f}})),
                 graph.constant("v", make_f32({4}, {{1, 1, 0.5, 2}}))});
  y = graph.add("Relu", "relu", {y});
  y = graph.add("Add", "add", {y, x});
  y = graph.add(
      "MaxPool", "pool", {y},
      {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}});
  y = graph.add("Flatten", "flat", {graph.add("GlobalAveragePool", "average", {y})});
  y = graph.add(
      "Gemm", "fc",
      {y, graph.constant("f", random({3, 4}, "f")), graph.constant("b", random({3}, "b"))},
      {{"transB", int64_t{1}}});
  graph.output(y);
  return graph;
}

int count(const Graph& graph, std::string_view op) {
  return static_cast<int>(
      std::ranges::count_if(graph.nodes(), [&](const Node& node) { return node.op == op; }));
}

TEST(Calibrate, sees_what_each_value_takes_over_all_inputs_and_zero) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2});
  graph.output(graph.add("Exp", "y", {x}));
  const std::vector<Inputs> inputs = {{{"x", make_f32({2}, {{1, 2}})}},
                                      {{"x", make_f32({2}, {{0, -3}})}}};
  const Ranges ranges = calibrate(graph, inputs);
  EXPECT_EQ(ranges.at("x"), (Range{-3, 2}));
  EXPECT_EQ(ranges.at("y").low, 0);
  EXPECT_FLOAT_EQ(ranges.at("y").high, std::exp(2.0f));
}

TEST(Quantize, computes_nearly_what_the_network_computes) {
  const Graph network = small_network();
  const std::vector<Inputs> inputs = {{{"x", random({1, 4, 8, 8}, "x")}}};
  const Graph quantized = quantize(network, calibrate(network, inputs));
  const Tensor expected = execute(network, inputs[0])[0], got = execute(quantized, inputs[0])[0];
  double largest = 0, error = 0;
  for (size_t i = 0; i < 3; ++i) {
    largest = std::max<double>(largest, std::abs(expected.as<float>()[i]));
    error = std::max<double>(error, std::abs(expected.as<float>()[i] - got.as<float>()[i]));
  }
  EXPECT_LT(error, 0.03 * largest);
  EXPECT_GT(error, 0) << "nothing was rounded";
}

TEST(Quantize, leaves_no_layer_in_floating_point_and_no_scale_between_a_layer_and_its_rectifier) {
  const Graph network = small_network();
  const std::vector<Inputs> inputs = {{{"x", random({1, 4, 8, 8}, "x")}}};
  const Graph quantized = quantize(network, calibrate(network, inputs));
  EXPECT_EQ(count(quantized, "BatchNormalization"), 0);
  const auto producer = [&](ValueId value) {
    return quantized.node(quantized.value(value).producer).op;
  };
  for (const Node& node : quantized.nodes()) {
    const bool layer = node.op == "Conv" || node.op == "Gemm";
    for (const ValueId input : node.inputs) {
      EXPECT_TRUE(!layer || producer(input) == "DequantizeLinear") << node.name;
      EXPECT_TRUE(node.op != "Relu" || producer(input) == "Conv");
    }
  }
  EXPECT_EQ(quantized.value(quantized.outputs()[0]).name, "fc");
}

TEST(Quantize, keeps_the_bias_of_a_channel_whose_weights_are_next_to_nothing) {
  Graph network;
  const ValueId x = network.input("x", DType::f32, {1, 2});
  const ValueId weight =
      network.constant("w", make_f32({4, 2}, {{1e-12f, 0, 1e-38f, 0, 0, 0, 1, 1}}));
  const ValueId bias = network.constant("b", make_f32({4}, {{0.5f, -0.5f, 0.5f, 0}}));
  network.output(network.add("Gemm", "y", {x, weight, bias}, {{"transB", int64_t{1}}}));
  const std::vector<Inputs> inputs = {{{"x", make_f32({1, 2}, {{1, -1}})}}};
  const Tensor got = execute(quantize(network, calibrate(network, inputs)), inputs[0])[0];
  const float expected[] = {0.5f, -0.5f, 0.5f, 0};
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(got.as<float>()[i], expected[i], 0.01) << i;
}

TEST(Quantize, takes_ranges_that_were_seen_at_another_batch) {
  const Graph one = small_network(1), three = small_network(3);
  const std::vector<Inputs> inputs = {{{"x", random({1, 4, 8, 8}, "x")}}};
  const Graph quantized = quantize(three, calibrate(one, inputs));
  EXPECT_EQ(*quantized.value(quantized.outputs()[0]).shape, (Shape{3, 3}));
}

TEST(Quantize, keeps_values_without_a_range_and_survives_values_that_do_not_move) {
  const Graph network = small_network();
  const Graph plain = quantize(network, {});
  EXPECT_EQ(count(plain, "QuantizeLinear"), 0);
  Ranges still = calibrate(network, std::vector<Inputs>{{{"x", random({1, 4, 8, 8}, "x")}}});
  for (auto& [name, range] : still) range = {};
  const Inputs zeros = {{"x", make_f32({1, 4, 8, 8}, std::vector<float>(256))}};
  const Tensor computed = execute(quantize(network, still), zeros)[0];
  for (const float value : computed.as<float>()) EXPECT_TRUE(std::isfinite(value));
}

TEST(Quantize, a_network_without_values_has_the_same_nodes_and_no_values) {
  const Graph network = small_network();
  Graph declared;
  std::map<ValueId, ValueId> ids;
  for (ValueId id = 0; id < std::ssize(network.values()); ++id)
    if (const Value& value = network.value(id); value.constant)
      ids[id] = declared.constant(value.name, declare(value.dtype, *value.shape));
  ids[network.inputs()[0]] = declared.input("x", DType::f32, {1, 4, 8, 8});
  for (const Node& node : network.nodes()) {
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) inputs.push_back(ids.at(id));
    ids[node.outputs[0]] = declared.add(node.op, node.name, inputs, node.attributes);
  }
  declared.output(ids.at(network.outputs()[0]));
  const Ranges ranges = calibrate(network, std::vector<Inputs>{{{"x", random({1, 4, 8, 8}, "x")}}});
  const Graph filled = quantize(network, ranges), empty = quantize(declared, ranges);
  ASSERT_EQ(empty.nodes().size(), filled.nodes().size());
  for (size_t i = 0; i < filled.nodes().size(); ++i) {
    EXPECT_EQ(empty.nodes()[i].op, filled.nodes()[i].op) << i;
    EXPECT_EQ(empty.nodes()[i].inputs.size(), filled.nodes()[i].inputs.size()) << i;
  }
  const auto& weight = empty.value(empty.find("conv.weight_integers").value()).constant;
  EXPECT_TRUE(weight->declared_only());
  EXPECT_EQ(weight->dtype, DType::i8);
}

}  // namespace
}  // namespace assay
