// SPDX-License-Identifier: MIT
// Peaks counted by hand, in units of one activation of 4 floats (16 bytes).
#include "graph/liveness.h"

#include <gmock/gmock.h>

#include "graph/cost.h"
#include "graph/topological_order.h"

namespace assay {
namespace {

constexpr int64_t kUnit = 16;

struct Peak {
  int64_t own_buffers = 0;
  int64_t in_place = 0;
};

Peak peak_of(const Graph& graph) {
  const LowestPeak lowest = lowest_peak(graph, buffers_of(graph));
  return {lowest.own_buffers.peak, lowest.in_place.peak};
}

ValueId unit_input(Graph& graph) {
  return graph.input("x", DType::f32, {1, 4, 1, 1});
}

// Keeps the size and is never computed in place.
ValueId conv(Graph& graph, const std::string& name, ValueId x) {
  return graph.add("Conv", name,
                   {x, graph.constant(name + ".weight", declare(DType::f32, {4, 4, 1, 1}))});
}

TEST(Liveness, of_a_chain_is_one_input_and_one_output) {
  Graph graph;
  ValueId x = unit_input(graph);
  for (int i = 0; i < 5; ++i) x = conv(graph, "conv" + std::to_string(i), x);
  graph.output(x);
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
  EXPECT_EQ(peak_of(graph).in_place, 2 * kUnit);
}

TEST(Liveness, writes_activations_in_place_but_never_over_the_callers_input) {
  Graph graph;
  const ValueId x = unit_input(graph);
  ValueId y = graph.add("Relu", "first", {x});
  for (int i = 0; i < 3; ++i) y = graph.add("Relu", "relu" + std::to_string(i), {y});
  graph.output(y);
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
  EXPECT_EQ(peak_of(graph).in_place, 2 * kUnit);  // the first one beside the input
}

TEST(Liveness, keeps_the_shortcut_of_a_residual_block_alive) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId a = conv(graph, "a", x);
  const ValueId r = graph.add("Relu", "r", {a});
  const ValueId b = conv(graph, "b", r);
  graph.output(graph.add("Add", "sum", {b, x}));
  // x, a, r at the activation (own buffers); in place x, r, b at conv b, and the sum over b.
  EXPECT_EQ(peak_of(graph).own_buffers, 3 * kUnit);
  EXPECT_EQ(peak_of(graph).in_place, 3 * kUnit);
}

TEST(Liveness, saves_the_output_of_a_sum_whose_operand_dies) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId a = conv(graph, "a", x);
  graph.output(graph.add("Add", "sum", {a, x}));
  EXPECT_EQ(peak_of(graph).own_buffers, 3 * kUnit);  // a, x and the sum
  EXPECT_EQ(peak_of(graph).in_place, 2 * kUnit);
}

TEST(Liveness, copies_into_a_concatenation) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId a = conv(graph, "a", x), b = conv(graph, "b", x);
  graph.output(graph.add("Concat", "cat", {a, b}, {{"axis", int64_t{1}}}));
  EXPECT_EQ(peak_of(graph).own_buffers, 4 * kUnit);  // a, b and both again
  EXPECT_EQ(peak_of(graph).in_place, 4 * kUnit);
}

TEST(Liveness, gives_views_no_buffer_of_their_own) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId flat = graph.add("Flatten", "flat", {x});
  const ValueId same = graph.add("Identity", "same", {flat});
  graph.output(graph.add("Softmax", "softmax", {same}));
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
  EXPECT_EQ(analyse(graph).activations, 2 * 4);
}

TEST(Liveness, keeps_a_buffer_for_the_last_of_its_views) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId view = graph.add("Identity", "view", {x});
  const ValueId a = conv(graph, "a", x);
  const ValueId b = conv(graph, "b", a);
  graph.output(graph.add("Add", "sum", {b, view}));
  EXPECT_EQ(peak_of(graph).own_buffers, 3 * kUnit);
}

TEST(Liveness, takes_a_composed_activation_for_one_node) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId s = graph.add("Sigmoid", "sigmoid", {x});
  graph.output(graph.add("Mul", "silu", {x, s}));
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
  EXPECT_EQ(analyse(graph).activations, 2 * 4);
}

TEST(Liveness, takes_gelu_by_erf_with_its_scale_for_one_node) {
  const float half = 0.5f;
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId c = graph.constant("c", make_f32({}, {&half, 1}));
  const ValueId erf = graph.add("Erf", "erf", {graph.add("Div", "div", {x, c})});
  const ValueId product = graph.add("Mul", "product", {x, graph.add("Add", "plus", {erf, c})});
  graph.output(graph.add("Softmax", "last", {graph.add("Mul", "gelu", {product, c})}));
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
  EXPECT_EQ(analyse(graph).activations, 3 * 4);  // stem, gelu, last
}

TEST(Liveness, keeps_the_product_of_an_activation_that_is_read_twice) {
  const float half = 0.5f;
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId product = graph.add("Mul", "product", {x, graph.add("Sigmoid", "s", {x})});
  const ValueId c = graph.constant("c", make_f32({}, {&half, 1}));
  const ValueId scaled = graph.add("Mul", "scaled", {product, c});
  graph.output(graph.add("Concat", "cat", {product, scaled}, {{"axis", int64_t{1}}}));
  EXPECT_EQ(peak_of(graph).own_buffers, 4 * kUnit);  // both and their concatenation
}

TEST(Liveness, does_not_take_a_gate_computed_from_elsewhere_for_an_activation) {
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  const ValueId gate = graph.add("Sigmoid", "gate", {conv(graph, "squeeze", x)});
  graph.output(graph.add("Mul", "scale", {x, gate}));
  EXPECT_EQ(peak_of(graph).own_buffers, 3 * kUnit);
}

TEST(Liveness, finds_an_order_that_needs_less_than_the_order_as_built) {
  // Four wide branches, each narrowed to one unit; as built all wide ones are alive together.
  Graph graph;
  const ValueId x = conv(graph, "stem", unit_input(graph));
  std::vector<ValueId> wide, narrow;
  for (int i = 0; i < 4; ++i) {
    const std::string name = "wide" + std::to_string(i);
    wide.push_back(graph.add(
        "Conv", name, {x, graph.constant(name + ".weight", declare(DType::f32, {40, 4, 1, 1}))}));
  }
  for (int i = 0; i < 4; ++i) {
    const std::string name = "narrow" + std::to_string(i);
    narrow.push_back(
        graph.add("Conv", name,
                  {wide[static_cast<size_t>(i)],
                   graph.constant(name + ".weight", declare(DType::f32, {4, 40, 1, 1}))}));
  }
  graph.output(graph.add("Sum", "sum", narrow));
  // As built 1 + 4 * 10 + 1; one branch after the other: x may die with the last wide one, so the
  // worst is the narrowing of the last: 10 + 3 + 1, or x + 3 + 10 before it.
  const Buffers buffers = buffers_of(graph);
  EXPECT_EQ(live_bytes(buffers, topological_orders(graph, buffers).front(), false).peak,
            41 * kUnit);
  EXPECT_EQ(peak_of(graph).own_buffers, 14 * kUnit);
}

TEST(Liveness, counts_unknown_shapes_as_nothing) {
  Graph graph;
  const ValueId x = unit_input(graph);
  graph.output(graph.add("custom::Op", "unknown", {x}));
  EXPECT_EQ(peak_of(graph).own_buffers, kUnit);
}

TEST(Liveness, of_a_chain_of_100000_nodes_takes_neither_the_stack_nor_long) {
  Graph graph;
  ValueId x = unit_input(graph);
  for (int i = 0; i < 100'000; ++i) x = graph.add("Relu", "r" + std::to_string(i), {x});
  graph.output(x);
  EXPECT_EQ(peak_of(graph).own_buffers, 2 * kUnit);
}

}  // namespace
}  // namespace assay
