// SPDX-License-Identifier: MIT
#include "graph/folded_convolution.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/random.h"
#include "graph/execute.h"

namespace assay {
namespace {

Tensor random_tensor(const Shape& shape, uint64_t key, float from, float to) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = from + (to - from) * std::abs(random_uniform(key, i));
  return make_f32(shape, values);
}

struct Folded : testing::Test {
  explicit Folded(bool with_bias = true) {
    std::vector<ValueId> inputs = {graph.input("x", DType::f32, {2, 4, 5, 5}),
                                   graph.constant("w", random_tensor({6, 2, 3, 3}, 1, -1, 1))};
    if (with_bias) inputs.push_back(graph.constant("b", random_tensor({6}, 2, -1, 1)));
    convolved = graph.add("Conv", "conv", inputs, {{"group", int64_t{2}}});
  }
  ValueId normalize(ValueId x) {
    std::vector<ValueId> inputs = {x};
    for (const char* name : {"scale", "offset", "mean", "variance"})
      inputs.push_back(graph.constant(name, random_tensor({6}, inputs.size() + 7, 0.1f, 2)));
    return graph.add("BatchNormalization", "bn", inputs, {{"epsilon", 1e-3f}});
  }
  const Node& conv() const { return graph.node(0); }
  Graph graph;
  ValueId convolved;
};

double largest_difference(const Tensor& a, const Tensor& b) {
  double largest = 0;
  for (size_t i = 0; i < a.as<float>().size(); ++i)
    largest = std::max(largest, std::abs(double{a.as<float>()[i]} - b.as<float>()[i]));
  return largest;
}

TEST_F(Folded, convolution_computes_what_both_computed) {
  graph.output(normalize(convolved));
  const auto folded = folded_convolution(graph, conv());
  ASSERT_TRUE(folded && folded->bias);
  const Tensor x = random_tensor({2, 4, 5, 5}, 3, -1, 1);
  const Tensor* inputs[] = {&x, &folded->weight, &*folded->bias};
  const Tensor one = execute_node(conv(), inputs, 1).front();
  const Tensor both = execute(graph, {{"x", x}}).front();
  EXPECT_LT(largest_difference(one, both), 1e-4);
  EXPECT_TRUE(is_folded_normalization(graph, graph.node(1)));
}

TEST_F(Folded, convolution_is_as_it_was_when_nothing_follows) {
  graph.output(graph.add("Relu", "relu", {convolved}));
  const auto folded = folded_convolution(graph, conv());
  ASSERT_TRUE(folded);
  EXPECT_EQ(folded->weight.bytes, graph.value(1).constant->bytes);
}

TEST(FoldedDeclared, convolution_without_values_stays_so_and_has_a_bias_for_each_channel) {
  Graph declared;
  std::vector<ValueId> inputs = {declared.input("x", DType::f32, {2, 4, 5, 5}),
                                 declared.constant("w", declare(DType::f32, {6, 2, 3, 3}))};
  inputs = {declared.add("Conv", "conv", inputs, {{"group", int64_t{2}}})};
  for (const char* name : {"scale", "offset", "mean", "variance"})
    inputs.push_back(declared.constant(name, declare(DType::f32, {6})));
  declared.output(declared.add("BatchNormalization", "bn", inputs));
  const auto folded = folded_convolution(declared, declared.node(0));
  ASSERT_TRUE(folded && folded->bias);
  EXPECT_TRUE(folded->weight.declared_only() && folded->bias->declared_only());
  EXPECT_EQ(folded->weight.shape, (Shape{6, 2, 3, 3}));
  EXPECT_EQ(folded->bias->shape, Shape{6});
  EXPECT_TRUE(is_folded_normalization(declared, declared.node(1)));
}

TEST_F(Folded, convolution_keeps_a_normalization_apart_whose_input_others_read) {
  graph.output(normalize(convolved));
  graph.output(graph.add("Relu", "relu", {convolved}));
  EXPECT_EQ(normalization_after(graph, conv()), nullptr);
  EXPECT_FALSE(is_folded_normalization(graph, graph.node(1)));
}

TEST_F(Folded, convolution_keeps_a_normalization_apart_whose_input_is_an_output) {
  graph.output(normalize(convolved));
  graph.output(convolved);
  EXPECT_EQ(normalization_after(graph, conv()), nullptr);
}

}  // namespace
}  // namespace assay
