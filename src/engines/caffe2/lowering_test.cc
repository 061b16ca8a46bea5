// SPDX-License-Identifier: MIT
#include "engines/caffe2/lowering.h"

#include <gmock/gmock.h>

#include "engine/engine.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Tensor ones(const Shape& shape) {
  return make_f32(shape, std::vector<float>(static_cast<size_t>(element_count(shape)), 1.0f));
}

std::vector<std::string> operators(const Caffe2Net& net) {
  std::vector<std::string> types;
  for (const c2::OperatorDef& op : net.definition.op()) types.push_back(op.type());
  return types;
}

TEST(Caffe2Lowering, takes_a_normalization_into_the_convolution_before_it) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 2, 4, 4});
  const ValueId y = graph.add("Conv", "conv", {x, graph.constant("w", ones({3, 2, 1, 1}))});
  std::vector<ValueId> inputs = {y};
  for (const char* name : {"scale", "offset", "mean", "variance"})
    inputs.push_back(graph.constant(name, ones({3})));
  graph.output(graph.add("Relu", "relu", {graph.add("BatchNormalization", "norm", inputs)}));
  const Caffe2Net net = Lowering(graph).take();
  EXPECT_THAT(operators(net), ElementsAre("Conv", "Relu"));
  EXPECT_EQ(net.definition.op(0).input_size(), 3) << "the bias is the normalization's";
  EXPECT_EQ(net.definition.op(1).input(0), net.definition.op(0).output(0));
  EXPECT_THAT(net.nodes, ElementsAre(0, 2));
  EXPECT_EQ(net.weights.size(), 2u);
}

TEST(Caffe2Lowering, gives_a_linear_layer_without_bias_one_of_zeros) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 2});
  graph.output(graph.add("MatMul", "product", {x, graph.constant("w", ones({2, 3}))}));
  const Caffe2Net net = Lowering(graph).take();
  ASSERT_THAT(operators(net), ElementsAre("FCTransposed"));
  const Tensor& bias = net.weights.at(net.definition.op(0).input(2));
  EXPECT_THAT(bias.as<float>(), ElementsAre(0, 0, 0));
}

TEST(Caffe2Lowering, refuses_types_that_its_operators_do_not_compute_in) {
  for (const DType type : {DType::f16, DType::bf16}) {
    Graph graph;
    graph.output(graph.add("Relu", "half", {graph.input("x", type, {1, 2})}));
    EXPECT_THAT([&] { Lowering{graph}; },
                ThrowsMessage<Unsupported>(AllOf(HasSubstr("operator Relu (node 'half')"),
                                                 HasSubstr("only in f32, not "),
                                                 HasSubstr(std::string(name_of(type))))));
  }
}

TEST(Caffe2Lowering, refuses_by_the_names_of_operator_and_node) {
  Graph graph;
  const ValueId x = graph.input("x", DType::f32, {1, 2, 4, 4});
  graph.output(graph.add("Softmax", "over_channels", {x}, {{"axis", int64_t{1}}}));
  EXPECT_THAT([&] { Lowering{graph}; }, ThrowsMessage<Unsupported>(AllOf(
                                            HasSubstr("Caffe2"), HasSubstr("Softmax"),
                                            HasSubstr("over_channels"), HasSubstr("last axis"))));
}

}  // namespace
}  // namespace assay
