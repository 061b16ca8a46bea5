// SPDX-License-Identifier: MIT
#include "graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_of.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor weights(Shape shape) {
  return declare(DType::f32, std::move(shape));
}

TEST(Graph, infers_shapes_as_nodes_are_added) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 3, 224, 224});
  const ValueId w = graph.constant("w", weights({64, 3, 7, 7}));
  const ValueId y = graph.add(
      "Conv", "conv", {x, w},
      {{"strides", std::vector<int64_t>{2, 2}}, {"pads", std::vector<int64_t>{3, 3, 3, 3}}});
  EXPECT_THAT(*graph.value(y).shape, ElementsAre(1, 64, 112, 112));
  EXPECT_EQ(graph.value(y).dtype, DType::f32);
  EXPECT_EQ(graph.node(graph.value(y).producer).name, "conv");
}

TEST(Graph, refuses_a_convolution_whose_channels_differ_and_names_node_and_both_shapes) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 4, 8, 8});
  const ValueId w = graph.constant("w", weights({16, 3, 3, 3}));
  EXPECT_THAT(error_of([&] {
                graph.add("Conv", "conv1", {x, w});
              }),
              AllOf(HasSubstr("conv1"), HasSubstr("1x4x8x8"), HasSubstr("16x3x3x3")));
}

TEST(Graph, renames_a_value_and_refuses_a_name_that_is_taken) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2});
  const ValueId y = graph.add("Relu", "relu", {x});
  graph.rename(y, "y");
  EXPECT_EQ(graph.find("y"), y);
  EXPECT_EQ(graph.find("relu"), std::nullopt);
  EXPECT_THAT(error_of([&] { graph.rename(y, "x"); }), HasSubstr("'x'"));
}

TEST(Graph, refuses_a_dangling_input_and_names_the_node) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1});
  EXPECT_THAT(error_of([&] { graph.add("Relu", "act", {x + 1}); }), HasSubstr("'act'"));
  EXPECT_THAT(error_of([&] { graph.add("Relu", "act", {-2}); }), HasSubstr("'act'"));
}

TEST(Graph, refuses_two_values_of_one_name) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1});
  EXPECT_THAT(error_of([&] { graph.input("x", DType::f32, {1}); }), HasSubstr("'x'"));
  graph.add("Relu", "act", {x});
  EXPECT_THAT(error_of([&] { graph.add("Relu", "act", {x}); }), HasSubstr("'act'"));
}

TEST(Graph, refuses_impossible_input_dimensions) {
  for (int64_t dimension : {int64_t{0}, int64_t{-1}, int64_t{1} << 62}) {
    Graph graph;
    EXPECT_THAT(error_of([&] { graph.input("x", DType::f32, {1, dimension}); }), HasSubstr("'x'"));
  }
  Graph graph;
  EXPECT_THAT(error_of([&] {
                graph.input("x", DType::f32, {1 << 30, 1 << 30, 1 << 30});
              }),
              HasSubstr("more elements"));
}

TEST(Graph, keeps_an_unknown_operator_without_a_shape_and_goes_on) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 2});
  const ValueId y = graph.add("com.acme::Twist", "twist", {x});
  const ValueId z = graph.add("Relu", "act", {y});
  EXPECT_FALSE(graph.value(y).shape);
  EXPECT_FALSE(graph.value(z).shape);
  EXPECT_THAT(graph.unknown_operators(), ElementsAre("com.acme::Twist"));
}

TEST(Graph, fills_a_declared_constant_only_with_what_fits) {
  Graph graph;
  const ValueId w = graph.constant("w", weights({2}));
  EXPECT_TRUE(graph.value(w).constant->declared_only());
  EXPECT_THAT(error_of([&] {
                graph.fill(w, make_f32({3}, std::vector<float>{1, 2, 3}));
              }),
              AllOf(HasSubstr("'w'"), HasSubstr("2"), HasSubstr("3")));
  graph.fill(w, make_f32({2}, std::vector<float>{1, 2}));
  EXPECT_THAT(graph.value(w).constant->as<float>(), ElementsAre(1, 2));
}

TEST(Graph, splits_into_as_many_outputs_as_sizes) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 7});
  const ValueId sizes = graph.constant("sizes", make_i64({3}, std::vector<int64_t>{1, 2, 4}));
  const auto parts = graph.add_node("Split", "split", {x, sizes}, {{"axis", int64_t{1}}});
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(*graph.value(parts[2]).shape, ElementsAre(1, 4));
  EXPECT_EQ(graph.value(parts[2]).name, "split_2");
}

TEST(Graph, refuses_a_split_into_no_parts) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 7});
  const ValueId sizes = graph.constant("sizes", make_i64({0}, {}));
  EXPECT_THAT(error_of([&] {
                graph.add_node("Split", "split", {x, sizes});
              }),
              HasSubstr("'split'"));
}

TEST(Graph, a_node_that_is_refused_for_its_second_output_leaves_nothing_behind) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {2, 4});
  for (const char* second : {"x", "a"})
    EXPECT_THAT(error_of([&] {
                  graph.add_node("Split", "s", {x}, {}, {"a", second});
                }),
                HasSubstr(second));
  EXPECT_EQ(graph.values().size(), 1u);
  EXPECT_FALSE(graph.find("a"));
  EXPECT_EQ(graph.add_node("Split", "s", {x}, {}, {"a", "b"}).size(), 2u);
}

TEST(Graph, drops_what_no_output_needs) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {4});
  graph.constant("orphan", weights({8}));
  const ValueId dead = graph.add("Relu", "dead", {x});
  graph.add("Relu", "deader", {dead});
  const ValueId alive = graph.add("Sigmoid", "alive", {x});
  graph.output(alive);
  graph.drop_unused();
  ASSERT_EQ(graph.nodes().size(), 1u);
  EXPECT_EQ(graph.values().size(), 2u);
  EXPECT_FALSE(graph.find("orphan"));
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "alive");
  EXPECT_EQ(graph.value(graph.outputs()[0]).producer, 0);
  EXPECT_EQ(graph.nodes()[0].inputs[0], graph.inputs()[0]);
}

TEST(Graph, names_an_attribute_of_the_wrong_type) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {4});
  EXPECT_THAT(error_of([&] {
                graph.add("Softmax", "s", {x}, {{"axis", std::string("one")}});
              }),
              AllOf(HasSubstr("'s'"), HasSubstr("axis")));
}

TEST(Graph, builds_ten_thousand_nodes) {
  Graph graph;
  ValueId x = graph.input("x", DType::f32, {4});
  for (int i = 0; i < 10'000; ++i) x = graph.add("Relu", "relu" + std::to_string(i), {x});
  graph.output(x);
  graph.drop_unused();
  EXPECT_EQ(graph.nodes().size(), 10'000u);
}

}  // namespace
}  // namespace assay
