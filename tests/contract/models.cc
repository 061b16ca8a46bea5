// SPDX-License-Identifier: MIT
#include "contract/models.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "graph/execute.h"
#include "transform/quantize.h"

namespace assay {
namespace {

Tensor uniform(const Shape& shape, uint64_t key) {
  std::vector<float> values(static_cast<size_t>(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = random_uniform(key, i);
  return make_f32(shape, values);
}

}  // namespace

Graph small_network(int64_t batch, uint64_t seed) {
  Graph graph("small");
  const auto weight = [&](const char* name, const Shape& shape) {
    return graph.constant(name, uniform(shape, stream_key(seed, name)));
  };
  ValueId value = graph.input("x", DType::f32, {batch, 3, 8, 8});
  value = graph.add(
      "Conv", "conv", {value, weight("conv.w", {4, 3, 3, 3}), weight("conv.b", {4})},
      {{"kernel_shape", std::vector<int64_t>{3, 3}}, {"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  value = graph.add("Relu", "relu", {value});
  value = graph.add("GlobalAveragePool", "pool", {value});
  value = graph.add("Flatten", "flat", {value});
  value = graph.add("Gemm", "y", {value, weight("fc.w", {5, 4}), weight("fc.b", {5})},
                    {{"transB", int64_t{1}}});
  graph.output(value);
  return graph;
}

Graph large_layer(int64_t side) {
  Graph graph("large");
  const ValueId x = graph.input("x", DType::f32, {1, side});
  const ValueId weight = graph.constant("w", uniform({side, side}, stream_key(1, "w")));
  graph.output(graph.add("Gemm", "y", {x, weight}, {{"transB", int64_t{1}}}));
  return graph;
}

Graph two_in_two_out() {
  Graph graph("two");
  const ValueId a = graph.input("a", DType::f32, {2, 3});
  const ValueId b = graph.input("b", DType::f32, {2, 3});
  graph.output(graph.add("Add", "sum", {a, b}));
  graph.output(graph.add("Mul", "product", {a, b}));
  return graph;
}

Graph products_of_inputs() {
  Graph graph("products");
  const ValueId a = graph.input("a", DType::f32, {1, 4});
  const ValueId b = graph.input("b", DType::f32, {4, 3});
  const ValueId bias = graph.input("bias", DType::f32, {3});
  graph.output(graph.add("Relu", "linear", {graph.add("Gemm", "gemm", {a, b, bias})}));
  graph.output(graph.add("MatMul", "product", {a, b}));
  return graph;
}

Graph convolution_of_inputs() {
  Graph graph("convolution");
  const ValueId x = graph.input("x", DType::f32, {1, 6, 4, 4});
  const ValueId w = graph.input("w", DType::f32, {5, 6, 3, 3});
  graph.output(graph.add("Relu", "y", {graph.add("Conv", "conv", {x, w})}));
  return graph;
}

Graph unknown_operator() {
  Graph graph("unknown");
  graph.output(graph.add("Frobnicate", "y", {graph.input("x", DType::f32, {1, 4})}));
  return graph;
}

Graph quantized(const Graph& graph) {
  const Tensors inputs = inputs_of(graph, 1);
  return quantize(graph, calibrate(graph, std::span(&inputs, 1)));
}

Graph small_build(const ZooEntry& entry) {
  constexpr int64_t kStep = 16;
  for (int64_t size = 2 * kStep; size < entry.input_size; size += kStep) try {
      return build(entry, {.input_size = size, .classes = 10});
    } catch (const Error&) {
      continue;
    }
  return build(entry, {.classes = 10});
}

Tensors inputs_of(const Graph& graph, uint64_t seed) {
  Tensors inputs;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    inputs[value.name] = uniform(value.shape.value(), stream_key(seed, value.name));
  }
  return inputs;
}

Tensors expected(const Graph& graph, const Tensors& inputs) {
  const auto values = execute(graph, inputs);
  Tensors outputs;
  for (size_t i = 0; i < values.size(); ++i)
    outputs[graph.value(graph.outputs()[i]).name] = values[i];
  return outputs;
}

double difference(const Tensors& seen, const Tensors& expected) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double error = 0, magnitude = 0;
  if (seen.size() != expected.size()) return kInfinity;
  for (const auto& [name, right] : expected) {
    const auto found = seen.find(name);
    if (found == seen.end() || found->second.dtype != right.dtype ||
        found->second.shape != right.shape)
      return kInfinity;
    const auto ours = found->second.as<float>(), theirs = right.as<float>();
    for (size_t i = 0; i < theirs.size(); ++i) {
      error = std::max(error, double{std::abs(ours[i] - theirs[i])});
      magnitude = std::max(magnitude, double{std::abs(theirs[i])});
    }
  }
  return error / magnitude;
}

}  // namespace assay
