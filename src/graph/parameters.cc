// SPDX-License-Identifier: MIT
#include "graph/parameters.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "graph/infer.h"

namespace assay {

namespace {

using Positions = std::vector<size_t>;

const Positions& weight_positions(std::string_view op) {
  static const std::unordered_map<std::string_view, Positions> table = {
      {"BatchNormalization", {1, 2}},
      {"Conv", {1, 2}},
      {"ConvInteger", {1}},
      {"ConvTranspose", {1, 2}},
      {"Einsum", {0, 1, 2, 3}},
      {"GRU", {1, 2, 3}},
      {"Gemm", {0, 1, 2}},
      {"GroupNormalization", {1, 2}},
      {"InstanceNormalization", {1, 2}},
      {"LSTM", {1, 2, 3, 7}},
      {"LayerNormalization", {1, 2}},
      {"MatMul", {0, 1}},
      {"MatMulInteger", {0, 1}},
      {"PRelu", {1}},
      {"QLinearConv", {3, 8}},
      {"QLinearMatMul", {0, 3}},
      {"RMSNormalization", {1}},
      {"RNN", {1, 2, 3}},
  };
  static const Positions none;
  const auto found = table.find(op);
  return found == table.end() ? none : found->second;
}

// Operators that only move, cast or (de)quantize their first input.
bool passes_through(std::string_view op) {
  static const std::unordered_set<std::string_view> names = {
      "Cast",    "CastLike", "DequantizeLinear", "Expand",    "Flatten",  "Identity",
      "Reshape", "Squeeze",  "QuantizeLinear",   "Transpose", "Unsqueeze"};
  return names.contains(op);
}

// Whether a floating-point constant of several elements is a parameter at this input.
bool takes_parameters(const Node& node, size_t input) {
  static const std::unordered_set<std::string_view> everywhere = {"Add", "Concat", "Div",
                                                                  "Mul", "Sub",    "Sum"};
  if (everywhere.contains(node.op)) return true;
  if (node.op == "Gather" || passes_through(node.op)) return input == 0;
  return !known_operator(node.op);
}

class Search {
 public:
  explicit Search(const Graph& graph) : x_graph(graph) {
    x_found.owner.assign(graph.values().size(), kNoNode);
    x_found.is_statistic.assign(graph.values().size(), false);
    for (const Value& each : graph.values())
      x_only_declared = x_only_declared || (each.constant && each.constant->declared_only());
  }

  LearnedConstants run() {
    const auto count = static_cast<NodeId>(x_graph.nodes().size());
    for (NodeId id = 0; id < count; ++id) claim_weights(id);
    for (NodeId id = 0; id < count; ++id) claim_others(id);
    return std::move(x_found);
  }

 private:
  void claim(ValueId value, NodeId owner) {
    if (x_only_declared && !x_graph.value(value).constant->declared_only()) return;
    NodeId& current = x_found.owner[static_cast<size_t>(value)];
    if (current == kNoNode) current = owner;
  }

  ValueId constant_at(const Node& node, size_t input) const {
    return input < node.inputs.size() ? constant_behind(x_graph, node.inputs[input]) : kNoValue;
  }

  void claim_weights(NodeId id) {
    const Node& node = x_graph.node(id);
    for (const size_t input : weight_positions(node.op)) {
      const ValueId value = constant_at(node, input);
      if (value != kNoValue) claim(value, id);
    }
    if (node.op != "BatchNormalization") return;
    for (const size_t input : {size_t{3}, size_t{4}}) {
      const ValueId value = constant_at(node, input);
      if (value != kNoValue) x_found.is_statistic[static_cast<size_t>(value)] = true;
    }
  }

  void claim_others(NodeId id) {
    const Node& node = x_graph.node(id);
    for (size_t input = 0; input < node.inputs.size(); ++input) {
      const ValueId value = node.inputs[input];
      if (value == kNoValue || !takes_parameters(node, input)) continue;
      const auto& constant = x_graph.value(value).constant;
      if (constant && is_floating(constant->dtype) && constant->elements() > 1) claim(value, id);
    }
  }

  const Graph& x_graph;
  LearnedConstants x_found;
  bool x_only_declared = false;
};

}  // namespace

ValueId constant_behind(const Graph& graph, ValueId id) {
  while (id != kNoValue && !graph.value(id).constant) {
    const NodeId producer = graph.value(id).producer;
    if (producer == kNoNode || !passes_through(graph.node(producer).op)) return kNoValue;
    id = graph.node(producer).inputs.empty() ? kNoValue : graph.node(producer).inputs[0];
  }
  return id;
}

LearnedConstants learned_constants(const Graph& graph) {
  return Search(graph).run();
}

}  // namespace assay
