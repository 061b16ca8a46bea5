// SPDX-License-Identifier: MIT
#include "graph/execute.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Tensor ints(const Shape& shape, const std::vector<int64_t>& values) {
  return make_i64(shape, values);
}

Tensor floats(const Shape& shape, const std::vector<float>& values) {
  return make_f32(shape, values);
}

// One node on the tensors.
Tensor result(const char* op, const std::vector<Tensor>& inputs,
              const Attributes& attributes = {}) {
  const Node node{"node", op, attributes, {}, {}};
  std::vector<const Tensor*> arguments;
  for (const Tensor& tensor : inputs) arguments.push_back(&tensor);
  return execute_node(node, arguments, 1).at(0);
}

std::vector<int64_t> as_ints(const Tensor& tensor) {
  const auto values = tensor.as<int64_t>();
  return {values.begin(), values.end()};
}

std::vector<float> as_floats(const Tensor& tensor) {
  const auto values = tensor.as<float>();
  return {values.begin(), values.end()};
}

TEST(Execute, folds_the_shape_arithmetic_of_a_flattening_view) {
  const Tensor shape = result("Shape", {floats({2, 3, 4}, std::vector<float>(24))});
  const Tensor batch = result("Gather", {shape, ints({}, {0})});
  const Tensor row = result("Unsqueeze", {batch, ints({1}, {0})});
  const Tensor target = result("Concat", {row, ints({1}, {-1})}, {{"axis", int64_t{0}}});
  EXPECT_THAT(as_ints(target), ElementsAre(2, -1));
  EXPECT_THAT(result("Reshape", {floats({2, 3, 4}, std::vector<float>(24)), target}).shape,
              ElementsAre(2, 12));
}

TEST(Execute, slices_backwards_and_clips_ends_that_lie_outside) {
  const Tensor data = ints({5}, {0, 1, 2, 3, 4});
  const auto slice = [&](int64_t start, int64_t end, int64_t step) {
    return as_ints(result(
        "Slice", {data, ints({1}, {start}), ints({1}, {end}), ints({1}, {0}), ints({1}, {step})}));
  };
  EXPECT_THAT(slice(4, INT64_MIN, -2), ElementsAre(4, 2, 0));
  EXPECT_THAT(slice(-3, INT64_MAX, 1), ElementsAre(2, 3, 4));
  EXPECT_THAT(slice(3, 1, 1), ElementsAre());
  EXPECT_THAT(slice(0, 5, INT64_MAX), ElementsAre(0));
}

TEST(Execute, divides_integers_towards_zero_and_refuses_a_zero_divisor) {
  EXPECT_THAT(as_ints(result("Div", {ints({2}, {7, -7}), ints({}, {2})})), ElementsAre(3, -3));
  EXPECT_THAT(as_ints(result("Mod", {ints({2}, {7, -7}), ints({}, {3})})), ElementsAre(1, 2));
  EXPECT_THAT(as_ints(result("Div", {ints({}, {INT64_MIN}), ints({}, {-1})})),
              ElementsAre(INT64_MIN));
  EXPECT_THAT(
      [] {
        result("Div", {ints({1}, {1}), ints({1}, {0})});
      },
      ThrowsMessage<Error>(HasSubstr("'node' (Div)")));
}

TEST(Execute, handles_tensors_without_elements) {
  EXPECT_THAT(result("Concat", {ints({0}, {}), ints({2}, {1, 2})}).shape, ElementsAre(2));
  const Tensor none = result("Add", {floats({0, 3}, {}), floats({3}, {1, 2, 3})});
  EXPECT_THAT(none.shape, ElementsAre(0, 3));
  EXPECT_FALSE(none.declared_only());
  EXPECT_THAT(as_floats(result("ReduceSum", {floats({0}, {})})), ElementsAre(0));
}

TEST(Execute, names_the_node_that_has_no_kernel_and_the_one_without_values) {
  EXPECT_THAT([] { result("Ad", {ints({}, {1})}); }, ThrowsMessage<Error>(HasSubstr("'Ad'")));
  EXPECT_THAT([] { result("Relu", {declare(DType::f32, {2})}); },
              ThrowsMessage<Error>(HasSubstr("input 0 has a shape but no values")));
}

TEST(Execute, refuses_shapes_that_do_not_broadcast) {
  EXPECT_THAT(
      [] {
        result("Add", {floats({2}, {1, 2}), floats({3}, {1, 2, 3})});
      },
      ThrowsMessage<Error>(HasSubstr("2 and 3 do not broadcast")));
}

TEST(Execute, refuses_a_result_that_cannot_be_held) {
  EXPECT_THAT(
      [] {
        result("Expand", {floats({1}, {1}), ints({1}, {int64_t{1} << 40})});
      },
      ThrowsMessage<Error>(HasSubstr("too large")));
}

TEST(Execute, runs_a_graph_whose_value_is_used_twice) {
  Graph graph("twice");
  const ValueId x = graph.input("x", DType::f32, {2});
  const ValueId y = graph.add("Relu", "relu", {x});
  const ValueId z = graph.add("Add", "add", {y, x});
  graph.output(z);
  graph.output(y);
  const auto outputs = execute(graph, {{"x", floats({2}, {-1, 2})}});
  EXPECT_THAT(as_floats(outputs.at(0)), ElementsAre(-1, 4));
  EXPECT_THAT(as_floats(outputs.at(1)), ElementsAre(0, 2));
}

TEST(Execute, says_which_input_is_missing_or_of_another_shape) {
  Graph graph("small");
  graph.output(graph.add("Relu", "relu", {graph.input("x", DType::f32, {2})}));
  EXPECT_THAT([&] { execute(graph, {}); }, ThrowsMessage<Error>(HasSubstr("'x' is not given")));
  EXPECT_THAT(
      [&] {
        execute(graph, {{"x", floats({3}, {1, 2, 3})}});
      },
      ThrowsMessage<Error>(HasSubstr("f32 3, but the model takes f32 2")));
}

}  // namespace
}  // namespace assay
