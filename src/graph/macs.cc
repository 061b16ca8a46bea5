// SPDX-License-Identifier: MIT
#include "graph/macs.h"

#include <string_view>
#include <unordered_map>

#include "graph/kernels/einsum.h"
#include "graph/saturate.h"

namespace assay {

namespace {

using Macs = std::optional<int64_t>;

class Shapes {
 public:
  Shapes(const Graph& graph, const Node& node) : x_graph(graph), x_node(node) {}

  // Null when unknown or left out.
  const Shape* input(size_t i) const {
    return i < x_node.inputs.size() ? of(x_node.inputs[i]) : nullptr;
  }
  const Shape* output() const { return x_node.outputs.empty() ? nullptr : of(x_node.outputs[0]); }
  const Node& node() const { return x_node; }

 private:
  const Shape* of(ValueId id) const {
    if (id == kNoValue || !x_graph.value(id).shape) return nullptr;
    return &*x_graph.value(id).shape;
  }

  const Graph& x_graph;
  const Node& x_node;
};

// Each of `positions` is multiplied with the weights of one channel.
Macs per_position(const Shape* positions, const Shape* weights) {
  if (!positions || !weights || weights->empty()) return {};
  if (element_count(*weights) == 0) return 0;
  return saturating_multiply(element_count(*positions), element_count(*weights) / weights->front());
}

// Each element of the output is a sum over the last dimension of the left factor.
Macs product(const Shapes& shapes) {
  const Shape *left = shapes.input(0), *output = shapes.output();
  if (!left || !output || left->empty()) return {};
  return saturating_multiply(element_count(*output), left->back());
}

Macs conv(const Shapes& shapes) {
  return per_position(shapes.output(), shapes.input(1));
}
Macs q_linear_conv(const Shapes& shapes) {
  return per_position(shapes.output(), shapes.input(3));
}
Macs conv_transpose(const Shapes& shapes) {
  return per_position(shapes.input(0), shapes.input(1));
}

Macs gemm(const Shapes& shapes) {
  const Shape *left = shapes.input(0), *output = shapes.output();
  if (!left || !output || left->size() != 2) return {};
  const bool transposed = shapes.node().attribute("transA", int64_t{0}) != 0;
  return saturating_multiply(element_count(*output), (*left)[transposed ? 0 : 1]);
}

// One multiply-add per combination of labels and per factor after the first.
Macs einsum(const Shapes& shapes) {
  std::vector<Shape> inputs;
  for (size_t i = 0; i < shapes.node().inputs.size(); ++i) {
    if (!shapes.input(i)) return {};
    inputs.push_back(*shapes.input(i));
  }
  if (inputs.size() < 2) return 0;
  const Einsum einsum = parse_einsum(shapes.node().attribute("equation", ""), inputs);
  int64_t combinations = 1;
  for (const auto& [label, size] : einsum.sizes) {
    combinations = saturating_multiply(combinations, size);
  }
  return saturating_multiply(combinations, static_cast<int64_t>(inputs.size() - 1));
}

// Every step of every sequence is multiplied with the weights of the input and of the state.
Macs recurrent(const Shapes& shapes) {
  const Shape *x = shapes.input(0), *weights = shapes.input(1), *recurrence = shapes.input(2);
  if (!x || !weights || !recurrence || x->size() != 3) return {};
  return saturating_multiply(saturating_multiply((*x)[0], (*x)[1]),
                             saturating_add(element_count(*weights), element_count(*recurrence)));
}

// Queries with keys, then the weights that come of it with values.
Macs attention(const Shapes& shapes) {
  const Shape *q = shapes.input(0), *k = shapes.input(1), *y = shapes.output();
  if (!q || !k || !y || q->size() != k->size()) return {};
  int64_t keys = (*k)[k->size() - 2];
  if (const Shape* past = shapes.input(4)) keys = saturating_add(keys, (*past)[past->size() - 2]);
  return saturating_multiply(keys, saturating_add(element_count(*q), element_count(*y)));
}

using Count = Macs (*)(const Shapes&);

}  // namespace

std::optional<int64_t> macs_of(const Graph& graph, const Node& node) {
  static const std::unordered_map<std::string_view, Count> table = {
      {"Attention", attention},
      {"Conv", conv},
      {"ConvInteger", conv},
      {"ConvTranspose", conv_transpose},
      {"Einsum", einsum},
      {"GRU", recurrent},
      {"Gemm", gemm},
      {"LSTM", recurrent},
      {"MatMul", product},
      {"MatMulInteger", product},
      {"QLinearConv", q_linear_conv},
      {"QLinearMatMul", product},
      {"RNN", recurrent},
  };
  const auto found = table.find(node.op);
  return found == table.end() ? Macs(0) : found->second(Shapes(graph, node));
}

}  // namespace assay
