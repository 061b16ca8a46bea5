// SPDX-License-Identifier: MIT
#include "graph/ptflops.h"

#include <string_view>
#include <unordered_map>

#include "graph/saturate.h"

namespace assay {
namespace {

int64_t elements(const Graph& graph, const std::vector<ValueId>& values) {
  if (values.empty() || values[0] == kNoValue || !graph.value(values[0]).shape) return 0;
  return element_count(*graph.value(values[0]).shape);
}

// Counts for each element of the output. An Erf stands for the GELU around it.
const std::unordered_map<std::string_view, int64_t>& per_output() {
  static const std::unordered_map<std::string_view, int64_t> table = {
      {"BatchNormalization", 2}, {"Clip", 1},  {"Elu", 2},  {"Erf", 2},    {"Gelu", 2},
      {"LeakyRelu", 1},          {"PRelu", 2}, {"Relu", 2}, {"Softmax", 1}};
  return table;
}

bool is_pool(std::string_view op) {
  return op == "AveragePool" || op == "GlobalAveragePool" || op == "GlobalMaxPool" ||
         op == "MaxPool";
}

// x * sigmoid(x)
bool is_silu(const Graph& graph, const Node& node) {
  if (node.op != "Mul" || node.inputs.size() != 2) return false;
  const auto is_gate = [&](ValueId gate, ValueId x) {
    if (gate == kNoValue || graph.value(gate).producer == kNoNode) return false;
    const Node& producer = graph.node(graph.value(gate).producer);
    return producer.op == "Sigmoid" && !producer.inputs.empty() && producer.inputs[0] == x;
  };
  return is_gate(node.inputs[0], node.inputs[1]) || is_gate(node.inputs[1], node.inputs[0]);
}

}  // namespace

int64_t ptflops_macs_of(const Graph& graph, const Node& node, int64_t macs) {
  const int64_t outputs = elements(graph, node.outputs);
  if (node.op == "Conv" || node.op == "ConvTranspose" || node.op == "Gemm")
    return saturating_add(macs, node.inputs.size() > 2 ? outputs : 0);
  if (is_pool(node.op)) return saturating_multiply(2, elements(graph, node.inputs));
  if (is_silu(graph, node)) return outputs;
  const auto found = per_output().find(node.op);
  return found == per_output().end() ? macs : saturating_multiply(found->second, outputs);
}

}  // namespace assay
