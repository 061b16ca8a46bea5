// SPDX-License-Identifier: MIT
#include "graph/infer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kHuge = int64_t{1} << 62;

// One node "n" on an input of the given shape and constant integers.
class OneNode {
 public:
  explicit OneNode(const Shape& shape) : x_inputs{x_graph.input("x", DType::f32, shape)} {}

  OneNode& integers(std::vector<int64_t> values) {
    const Shape shape = {static_cast<int64_t>(values.size())};
    x_inputs.push_back(
        x_graph.constant("c" + std::to_string(x_inputs.size()), make_i64(shape, values)));
    return *this;
  }
  OneNode& floats(std::vector<float> values) {
    const Shape shape = {static_cast<int64_t>(values.size())};
    x_inputs.push_back(
        x_graph.constant("c" + std::to_string(x_inputs.size()), make_f32(shape, values)));
    return *this;
  }
  OneNode& none() {
    x_inputs.push_back(kNoValue);
    return *this;
  }
  OneNode& weight(const Shape& shape) {
    x_inputs.push_back(x_graph.constant("w", declare(DType::f32, shape)));
    return *this;
  }
  Shape add(std::string_view op, Attributes attributes = {}) {
    return *x_graph.value(x_graph.add(op, "n", x_inputs, std::move(attributes))).shape;
  }
  std::string error(std::string_view op, Attributes attributes = {}) {
    try {
      add(op, std::move(attributes));
    } catch (const Error& problem) {
      return problem.what();
    }
    return "no error";
  }

 private:
  Graph x_graph;
  std::vector<ValueId> x_inputs;
};

TEST(Infer, refuses_numbers_that_overflow_and_names_the_node) {
  EXPECT_THAT(OneNode({4}).integers({kHuge, kHuge}).error("Pad"), HasSubstr("'n'"));
  EXPECT_THAT(OneNode({4}).integers({kHuge}).error("Tile"), HasSubstr("'n'"));
  EXPECT_THAT(OneNode({1}).integers({kHuge, kHuge}).error("Expand"), HasSubstr("elements"));
  EXPECT_THAT(OneNode({4}).integers({kHuge, kHuge}).error("Reshape"), HasSubstr("'n'"));
  EXPECT_THAT(OneNode({4}).none().floats({1e30f}).error("Resize"), HasSubstr("'n'"));
  EXPECT_THAT(OneNode({4}).none().floats({std::nanf("")}).error("Resize"), HasSubstr("'n'"));
  EXPECT_THAT(OneNode({4}).none().none().integers({kHuge}).error("Resize"), HasSubstr("elements"));
  EXPECT_THAT(OneNode({1, 1, 4}).error("MaxPool", {{"kernel_shape", std::vector<int64_t>{kHuge}}}),
              HasSubstr("'n'"));
}

TEST(Infer, refuses_a_convolution_with_stride_0_or_a_window_larger_than_its_input) {
  EXPECT_THAT(
      OneNode({1, 1, 4}).weight({1, 1, 3}).error("Conv", {{"strides", std::vector<int64_t>{0}}}),
      HasSubstr("strides"));
  EXPECT_THAT(OneNode({1, 1, 4}).weight({1, 1, 5}).error("Conv"),
              AllOf(HasSubstr("larger"), HasSubstr("1x1x4")));
  EXPECT_THAT(OneNode({1, 3, 4}).weight({1, 1, 3}).error("Conv", {{"group", int64_t{0}}}),
              HasSubstr("group"));
}

TEST(Infer, slices_with_the_smallest_and_largest_numbers) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(OneNode({5}).integers({0}).integers({kMost}).integers({0}).integers({2}).add("Slice"),
              ElementsAre(3));
  EXPECT_THAT(
      OneNode({5}).integers({kMost}).integers({kLeast}).integers({0}).integers({-1}).add("Slice"),
      ElementsAre(5));
  EXPECT_THAT(
      OneNode({5}).integers({-1}).integers({kLeast}).integers({0}).integers({kLeast}).add("Slice"),
      ElementsAre(1));
}

TEST(Infer, counts_the_windows_of_ceil_mode_as_engines_do) {
  const Attributes pool = {{"kernel_shape", std::vector<int64_t>{3, 3}},
                           {"strides", std::vector<int64_t>{2, 2}},
                           {"ceil_mode", int64_t{1}}};
  EXPECT_THAT(OneNode({1, 1, 112, 112}).add("MaxPool", pool), ElementsAre(1, 1, 56, 56));
  const Attributes padded = {{"kernel_shape", std::vector<int64_t>{2}},
                             {"strides", std::vector<int64_t>{2}},
                             {"pads", std::vector<int64_t>{1, 1}},
                             {"ceil_mode", int64_t{1}}};
  // A third window would start in the padding behind the input.
  EXPECT_THAT(OneNode({1, 1, 3}).add("MaxPool", padded), ElementsAre(1, 1, 2));
}

TEST(Infer, knows_the_operators_of_classifiers) {
  for (const char* op : {"Conv", "Gemm", "MatMul", "BatchNormalization", "LayerNormalization",
                         "Softmax", "QLinearConv", "Resize", "Einsum", "HardSwish"})
    EXPECT_TRUE(known_operator(op)) << op;
  for (const char* op : {"Scan", "Loop", "NonZero", "com.acme::Twist", ""})
    EXPECT_FALSE(known_operator(op)) << op;
  EXPECT_GE(known_operators().size(), 130u);
}

TEST(Infer, recurrent_layers_and_attention) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {7, 2, 10});  // sequence, batch, features
  const auto weight = [&](const char* name, const Shape& shape) {
    return graph.constant(name, declare(DType::f32, shape));
  };
  const auto lstm =
      graph.add_node("LSTM", "lstm", {x, weight("w", {2, 48, 10}), weight("r", {2, 48, 12})},
                     {{"direction", std::string("bidirectional")}}, {"y", "h", "c"});
  EXPECT_EQ(*graph.value(lstm[0]).shape, (Shape{7, 2, 2, 12}));
  EXPECT_EQ(*graph.value(lstm[2]).shape, (Shape{2, 2, 12}));
  const ValueId q = graph.input("q", DType::f32, {2, 4, 5, 8}),
                k = graph.input("k", DType::f32, {2, 4, 6, 8}),
                v = graph.input("v", DType::f32, {2, 4, 6, 3});
  EXPECT_EQ(*graph.value(graph.add("Attention", "a", {q, k, v})).shape, (Shape{2, 4, 5, 3}));
  const ValueId rows = graph.input("rows", DType::f32, {2, 5, 32});
  const Attributes heads{{"q_num_heads", int64_t{4}}, {"kv_num_heads", int64_t{4}}};
  EXPECT_EQ(*graph.value(graph.add("Attention", "b", {rows, rows, rows}, heads)).shape,
            (Shape{2, 5, 32}));
}

}  // namespace
}  // namespace assay
