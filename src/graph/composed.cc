// SPDX-License-Identifier: MIT
#include "graph/composed.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr float kExactly = 1e-6f;  // constants are written with seven digits

bool is_scalar(const Graph& graph, ValueId id, float value) {
  const auto scalar = scalar_of(graph, id);
  return scalar && std::abs(*scalar - value) <= kExactly;
}

// The node that computes the value, when it is this operator with so many inputs.
const Node* producer(const Graph& graph, ValueId id, std::string_view op, size_t inputs) {
  if (id == kNoValue || graph.value(id).producer == kNoNode) return nullptr;
  const Node& node = graph.node(graph.value(id).producer);
  return node.op == op && node.inputs.size() == inputs ? &node : nullptr;
}

// x of 1 + erf(x / sqrt 2).
std::optional<ValueId> erf_argument(const Graph& graph, ValueId id) {
  const Node* sum = producer(graph, id, "Add", 2);
  if (!sum) return std::nullopt;
  for (const size_t i : {0, 1}) {
    const Node* erf = producer(graph, sum->inputs[i], "Erf", 1);
    if (!erf || !is_scalar(graph, sum->inputs[1 - i], 1)) continue;
    const Node* quotient = producer(graph, erf->inputs[0], "Div", 2);
    if (quotient && is_scalar(graph, quotient->inputs[1], std::sqrt(2.0f)))
      return quotient->inputs[0];
    const Node* product = producer(graph, erf->inputs[0], "Mul", 2);
    for (const size_t k : {0, 1})
      if (product && is_scalar(graph, product->inputs[k], std::sqrt(0.5f)))
        return product->inputs[1 - k];
  }
  return std::nullopt;
}

}  // namespace

std::optional<float> scalar_of(const Graph& graph, ValueId id) {
  if (id == kNoValue) return std::nullopt;
  const auto& constant = graph.value(id).constant;
  if (!constant || constant->declared_only() || constant->dtype != DType::f32 ||
      constant->elements() != 1)
    return std::nullopt;
  return constant->as<float>().front();
}

std::optional<ValueId> gelu_of(const Graph& graph, const Node& last) {
  if (last.op != "Mul" || last.inputs.size() != 2) return std::nullopt;
  for (const size_t i : {0, 1}) {
    const Node* product = producer(graph, last.inputs[i], "Mul", 2);
    if (!product) continue;
    const ValueId factors[] = {last.inputs[1 - i], product->inputs[0], product->inputs[1]};
    const auto half =
        std::ranges::find_if(factors, [&](ValueId id) { return is_scalar(graph, id, 0.5f); });
    for (const ValueId& factor : factors) {
      const auto x = erf_argument(graph, factor);
      if (x && half != std::end(factors) && std::ranges::count(factors, *x) == 1) return x;
    }
  }
  return std::nullopt;
}

std::optional<ValueId> silu_of(const Graph& graph, const Node& last) {
  if (last.op != "Mul" || last.inputs.size() != 2) return std::nullopt;
  for (const size_t i : {0, 1}) {
    const Node* sigmoid = producer(graph, last.inputs[i], "Sigmoid", 1);
    if (sigmoid && sigmoid->inputs[0] == last.inputs[1 - i]) return sigmoid->inputs[0];
  }
  return std::nullopt;
}

std::vector<bool> needed_nodes(const Graph& graph,
                               std::vector<ValueId> (*reads)(const Graph&, const Node&)) {
  const auto& nodes = graph.nodes();
  std::vector<bool> needed(nodes.size(), false);
  const auto need = [&](ValueId id) {
    const NodeId producer = id == kNoValue ? kNoNode : graph.value(id).producer;
    if (producer != kNoNode) needed[static_cast<size_t>(producer)] = true;
  };
  for (const ValueId id : graph.outputs()) need(id);
  for (size_t i = nodes.size(); i-- > 0;)
    if (needed[i])
      for (const ValueId id : reads(graph, nodes[i])) need(id);
  return needed;
}

}  // namespace assay
