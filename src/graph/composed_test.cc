// SPDX-License-Identifier: MIT
#include "graph/composed.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

struct Network {
  ValueId scalar(const std::string& name, float value) {
    return graph.constant(name, make_f32({}, std::vector<float>{value}));
  }
  const Node& last() const { return graph.nodes().back(); }
  ValueId one_plus_erf(ValueId of, float divisor = 1.41421354f) {
    const ValueId scaled = graph.add("Div", "scaled", {of, scalar("root", divisor)});
    return graph.add("Add", "sum", {graph.add("Erf", "erf", {scaled}), scalar("one", 1)});
  }
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2, 3});
};

struct Composed : testing::Test, Network {};

TEST_F(Composed, gelu_is_found_in_each_order_of_its_factors) {
  const ValueId sum = one_plus_erf(x), half = scalar("half", 0.5f);
  const ValueId x_sum = graph.add("Mul", "x_sum", {x, sum});
  const ValueId half_x = graph.add("Mul", "half_x", {half, x});
  const ValueId half_sum = graph.add("Mul", "half_sum", {sum, half});
  const std::pair<ValueId, ValueId> factors[] = {{x_sum, half}, {half, x_sum}, {half_x, sum},
                                                 {sum, half_x}, {half_sum, x}, {x, half_sum}};
  for (size_t i = 0; i < std::size(factors); ++i) {
    graph.add("Mul", "y" + std::to_string(i), {factors[i].first, factors[i].second});
    EXPECT_EQ(gelu_of(graph, last()), x) << i;
  }
}

TEST_F(Composed, what_differs_from_gelu_in_one_constant_or_value_is_not_gelu) {
  const ValueId other = graph.input("other", DType::f32, {2, 3});
  const ValueId sum = one_plus_erf(x);
  graph.add("Mul", "y1", {graph.add("Mul", "p1", {other, sum}), scalar("half", 0.5f)});
  EXPECT_EQ(gelu_of(graph, last()), std::nullopt) << "of two values";
  graph.add("Mul", "y2", {graph.add("Mul", "p2", {x, sum}), scalar("third", 0.3f)});
  EXPECT_EQ(gelu_of(graph, last()), std::nullopt) << "not halved";
  Network wrong;
  wrong.graph.add("Mul", "y",
                  {wrong.graph.add("Mul", "p", {wrong.x, wrong.one_plus_erf(wrong.x, 2)}),
                   wrong.scalar("half", 0.5f)});
  EXPECT_EQ(gelu_of(wrong.graph, wrong.last()), std::nullopt) << "another divisor";
}

TEST_F(Composed, activation_leaves_out_its_own_nodes_unless_somebody_else_reads_them) {
  const auto reads = [](const Graph& network, const Node& node) {
    const auto argument = silu_of(network, node);
    return argument ? std::vector{*argument} : node.inputs;
  };
  const ValueId first = graph.add("Relu", "first", {x});
  const ValueId gate = graph.add("Sigmoid", "gate", {first});
  graph.output(graph.add("Mul", "y", {first, gate}));
  EXPECT_EQ(needed_nodes(graph, reads), (std::vector{true, false, true}));
  graph.output(gate);
  EXPECT_EQ(needed_nodes(graph, reads), (std::vector{true, true, true}));
}

TEST_F(Composed, silu_is_a_value_times_its_own_sigmoid) {
  const ValueId other = graph.input("other", DType::f32, {2, 3});
  const ValueId gate = graph.add("Sigmoid", "gate", {x});
  graph.add("Mul", "y1", {x, gate});
  EXPECT_EQ(silu_of(graph, last()), x);
  graph.add("Mul", "y2", {gate, x});
  EXPECT_EQ(silu_of(graph, last()), x);
  graph.add("Mul", "y3", {other, gate});
  EXPECT_EQ(silu_of(graph, last()), std::nullopt);
}

TEST_F(Composed, a_scalar_is_a_constant_float_with_one_element) {
  EXPECT_EQ(scalar_of(graph, scalar("half", 0.5f)), 0.5f);
  EXPECT_EQ(scalar_of(graph, x), std::nullopt);
  EXPECT_EQ(scalar_of(graph, kNoValue), std::nullopt);
  EXPECT_EQ(scalar_of(graph, graph.constant("two", make_f32({2}, std::vector<float>{1, 2}))),
            std::nullopt);
  EXPECT_EQ(scalar_of(graph, graph.constant("declared", declare(DType::f32, {}))), std::nullopt);
}

}  // namespace
}  // namespace assay
