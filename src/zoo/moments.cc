// SPDX-License-Identifier: MIT
#include "zoo/moments.h"

#include <cmath>
#include <map>
#include <string_view>

namespace assay {
namespace {

// Rectified normal variable: exact at mean 0 and in both limits, algebraic in between.
Moments rectified(const Moments& x) {
  const double variance = x.variance();
  const double square = x.mean * x.mean;
  if (x.rectified) return x;
  return {(x.mean + std::sqrt(square + 0.6366 * variance)) / 2,
          (square + variance + x.mean * std::sqrt(square + 2 * variance)) / 2, true};
}

// An average of `count` neighbours, which are correlated: a tenth of the variance always stays.
Moments averaged(const Moments& x, double count) {
  return {x.mean, x.mean * x.mean + x.variance() * (0.1 + 0.9 / count), x.rectified};
}

// The largest of `count` neighbours.
Moments largest(const Moments& x, double count) {
  const double mean = x.mean + 0.6 * std::sqrt(count * x.variance());
  return {mean, mean * mean + x.variance(), x.rectified};
}

// Moments of f(z) for a standard normal z, scaled by x's deviation.
Moments shaped(const Moments& x, double mean, double square) {
  return {mean * std::sqrt(x.square), square * x.square};
}

Moments added(const Moments& a, const Moments& b) {
  return {a.mean + b.mean, a.square + b.square + 2 * a.mean * b.mean, a.rectified || b.rectified};
}

Moments concatenated(const Graph& graph, const Node& node, std::span<const Moments> inputs) {
  Moments sum{0, 0};
  double total = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const double weight = static_cast<double>(element_count(*graph.value(node.inputs[i]).shape));
    sum.mean += weight * inputs[i].mean;
    sum.square += weight * inputs[i].square;
    total += weight;
  }
  return {sum.mean / total, sum.square / total, inputs[0].rectified};
}

double window(const Node& node) {
  const auto kernel = node.attribute("kernel_shape", std::vector<int64_t>{1, 1});
  double count = 1;
  for (int64_t side : kernel) count *= static_cast<double>(side);
  return count;
}

double plane(const Graph& graph, const Node& node) {
  const Shape& shape = *graph.value(node.inputs[0]).shape;
  return static_cast<double>(shape.at(2) * shape.at(3));
}

// Whether `gate` is made of `x` alone, as the second factor of SiLU and GELU is; then its
// activation.
std::string_view gate_of(const Graph& graph, ValueId x, ValueId gate) {
  std::string_view activation;
  while (gate != x) {
    const NodeId producer = graph.value(gate).producer;
    if (producer == kNoNode) return {};
    const Node& node = graph.node(producer);
    if (node.op == "Sigmoid" || node.op == "Erf")
      activation = node.op;
    else if (node.op != "Div" && node.op != "Add")
      return {};
    gate = node.inputs[0];
  }
  return activation;
}

Moments product(const Graph& graph, const Node& node, const Moments& a, const Moments& b) {
  if (node.inputs[0] == node.inputs[1]) return {a.square, 3 * a.square * a.square};
  const std::string_view gate = gate_of(graph, node.inputs[0], node.inputs[1]);
  if (gate == "Sigmoid") return shaped(a, 0.207, 0.356);  // SiLU
  if (gate == "Erf") return shaped(a, 0.564, 1.70);       // twice GELU
  return {a.mean * b.mean, a.square * b.square, a.rectified};
}

// z -> f(z) for the activations that are not rectifiers.
const std::map<std::string_view, Moments>& shapes() {
  static const std::map<std::string_view, Moments> table{{"Sigmoid", {0.5, 0.29}},
                                                         {"HardSigmoid", {0.5, 0.28}},
                                                         {"HardSwish", {0.17, 0.33}},
                                                         {"Erf", {0, 0.33}},
                                                         {"Tanh", {0, 0.4}}};
  return table;
}

}  // namespace

Moments propagate(const Graph& graph, const Node& node, std::span<const Moments> in) {
  const std::string_view op = node.op;
  if (op == "Conv" || op == "Gemm" || op == "LayerNormalization") return {0, 1};
  if (op == "Relu" || op == "Clip") return rectified(in[0]);
  if (op == "Sigmoid" || op == "HardSigmoid") return shapes().at(op);
  if (op == "HardSwish" || op == "Erf" || op == "Tanh")
    return shaped(in[0], shapes().at(op).mean, shapes().at(op).square);
  if (op == "MaxPool") return largest(in[0], window(node));
  if (op == "AveragePool") return averaged(in[0], window(node));
  if (op == "GlobalAveragePool") return averaged(in[0], plane(graph, node));
  if (op == "Concat") return concatenated(graph, node, in);
  if (op == "Add") return added(in[0], in[1]);
  if (op == "Sub") return added(in[0], {-in[1].mean, in[1].square});
  if (op == "Mul") return product(graph, node, in[0], in[1]);
  if (op == "Div") return {in[0].mean / std::sqrt(in[1].square), in[0].square / in[1].square};
  if (op == "Sqrt") return {std::sqrt(in[0].mean), in[0].mean};
  if (op == "BatchNormalization") return {in[0].mean, in[0].square};
  if (op == "ReduceMean") return {in[0].mean, in[0].mean * in[0].mean};
  return in[0];
}

Moments moments_of(const Value& constant) {
  if (constant.constant->declared_only() || constant.dtype != DType::f32) return {};
  Moments sum{0, 0};
  const auto values = constant.constant->as<float>();
  for (float value : values) {
    sum.mean += value;
    sum.square += double{value} * value;
  }
  const double count = static_cast<double>(values.size());
  return count > 0 ? Moments{sum.mean / count, sum.square / count} : Moments{};
}

}  // namespace assay
