// SPDX-License-Identifier: MIT
#include "engine/lowered_node.h"

#include <gmock/gmock.h>

#include "engine/engine.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Stands at the last node of its graph.
struct AtLast : LoweredNode {
  explicit AtLast(const Graph& graph) : LoweredNode(graph, "An engine") {
    stand_at(graph.nodes().back());
  }
};

const Shape kImage = {1, 3, 8, 8};
const Order kNhwc = {0, 2, 3, 1};

struct Lowered : testing::Test {
  ValueId integers(const std::string& name, const std::vector<int64_t>& values) {
    return graph.constant(name, make_i64({static_cast<int64_t>(values.size())}, values));
  }
  ValueId pool(const char* op, Attributes attributes) {
    attributes.emplace("kernel_shape", std::vector<int64_t>{3, 3});
    return graph.add(op, "pool", {x}, attributes);
  }
  Window window() { return sliding_window(graph.nodes().back(), kImage, {3, 3}); }
  Graph graph;
  ValueId x = graph.input("x", DType::f32, kImage);
};

TEST_F(Lowered, padding_is_what_tensorflow_calls_same_only_where_it_is_so) {
  pool("MaxPool", {{"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  EXPECT_TRUE(padding_of(window(), kImage).same) << "one on each side, stride 1";
  Graph other;
  x = other.input("x", DType::f32, kImage);
  other.add("MaxPool", "pool", {x},
            {{"kernel_shape", std::vector<int64_t>{3, 3}},
             {"pads", std::vector<int64_t>{1, 1, 1, 1}},
             {"strides", std::vector<int64_t>{2, 2}}});
  const Window strided = sliding_window(other.nodes().back(), kImage, {3, 3});
  const Padding padding = padding_of(strided, kImage);
  EXPECT_FALSE(padding.same) << "SAME would pad at the end";
  EXPECT_FALSE(padding.none);
  EXPECT_THAT(padding.before, ElementsAre(1, 1));
  EXPECT_THAT(padding.after, ElementsAre(0, 0)) << "the last window does not reach the padding";
}

TEST_F(Lowered, padding_reaches_as_far_as_rounding_up_asks_for) {
  pool("MaxPool", {{"ceil_mode", int64_t{1}}, {"strides", std::vector<int64_t>{2, 2}}});
  const Padding padding = padding_of(window(), kImage);
  EXPECT_THAT(padding.before, ElementsAre(0, 0));
  EXPECT_THAT(padding.after, ElementsAre(1, 1));
}

TEST_F(Lowered, average_is_corrected_for_the_padding_that_the_model_leaves_out) {
  pool("AveragePool", {{"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  const auto without = average_correction(window(), kImage, false);
  ASSERT_EQ(without.size(), 64u);
  EXPECT_FLOAT_EQ(without[0], 9.0f / 4);
  EXPECT_FLOAT_EQ(without[1], 9.0f / 6);
  EXPECT_FLOAT_EQ(without[9], 1);
  EXPECT_THAT(average_correction(window(), kImage, true), IsEmpty());
}

TEST_F(Lowered, slice_stands_in_the_places_of_the_order) {
  graph.add("Slice", "slice",
            {x, integers("starts", {1, -6}), integers("ends", {3, 1 << 30}),
             integers("axes", {1, 3}), integers("steps", {1, 2})});
  const Slices slices = slices_of(AtLast(graph), kNhwc);
  EXPECT_THAT(slices.begin, ElementsAre(0, 0, 2, 1));
  EXPECT_THAT(slices.end, ElementsAre(1, 8, 8, 3));
  EXPECT_THAT(slices.step, ElementsAre(1, 1, 2, 1));
  EXPECT_TRUE(slices.has_steps());
}

TEST_F(Lowered, pads_stand_in_the_places_of_the_order) {
  graph.add("Pad", "pad", {x, integers("pads", {0, 0, 1, 2, 0, 0, 3, 4})});
  EXPECT_THAT(pads_of(AtLast(graph), kNhwc), ElementsAre(0, 0, 1, 3, 2, 4, 0, 0));
}

TEST_F(Lowered, orders_after_reductions_and_transpositions_name_the_axes_that_are_left) {
  EXPECT_THAT(order_after_reduction(kNhwc, {2, 3}, false), ElementsAre(0, 1));
  EXPECT_THAT(order_after_reduction(kNhwc, {0}, false), ElementsAre(1, 2, 0));
  EXPECT_EQ(order_after_reduction(kNhwc, {2, 3}, true), kNhwc);
  graph.add("Transpose", "transpose", {x}, {{"perm", std::vector<int64_t>{0, 2, 3, 1}}});
  EXPECT_EQ(order_after_transpose(AtLast(graph), kNhwc), plain_order(4));
}

TEST_F(Lowered, reduction_without_axes_is_over_all_unless_the_model_says_over_none) {
  graph.add("ReduceSum", "all", {x});
  EXPECT_EQ(reduced_axes(AtLast(graph)), plain_order(4));
  graph.add("ReduceSum", "none", {x}, {{"noop_with_empty_axes", int64_t{1}}});
  EXPECT_THROW(reduced_axes(AtLast(graph)), Unsupported);
}

TEST_F(Lowered, node_is_refused_by_operator_and_name) {
  graph.add("Slice", "cut", {x, graph.input("starts", DType::i64, {1}), integers("ends", {3})});
  try {
    AtLast(graph).integers(1);
    FAIL() << "a computed input has no values";
  } catch (const Unsupported& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("An engine: operator Slice (node 'cut')"));
  }
}

}  // namespace
}  // namespace assay
