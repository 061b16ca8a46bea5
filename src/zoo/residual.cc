// SPDX-License-Identifier: MIT
#include "zoo/residual.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace assay {
namespace {

class Branches {
 public:
  explicit Branches(const Graph& graph) : x_graph(graph), x_uses(graph.values().size()) {
    for (const Node& node : graph.nodes())
      for (ValueId input : node.inputs)
        if (input != kNoValue) ++x_uses[static_cast<size_t>(input)];
  }

  // The tensor that scales branch + shortcut's branch last; kNoValue when it is no such sum.
  ValueId scale(ValueId branch, ValueId shortcut) const {
    const ValueId root = unprojected(shortcut);
    if (!depends(branch, shortcut) && (root == shortcut || !depends(branch, root))) return kNoValue;
    return last_scale(branch);
  }

 private:
  const Node* producer(ValueId id) const {
    const NodeId node = x_graph.value(id).producer;
    return node == kNoNode ? nullptr : &x_graph.node(node);
  }
  bool declared(ValueId id) const {
    const auto& constant = x_graph.value(id).constant;
    return constant && constant->declared_only();
  }

  // Through [normalization of] a 1x1 convolution, as a shortcut that changes the width has.
  ValueId unprojected(ValueId id) const {
    const Node* node = producer(id);
    if (node && node->op == "BatchNormalization") node = producer(node->inputs[0]);
    return node && node->op == "Conv" && shared(node->inputs[0]) ? node->inputs[0] : id;
  }
  bool shared(ValueId id) const { return x_uses[static_cast<size_t>(id)] > 1; }

  bool depends(ValueId from, ValueId on) const {
    std::vector<bool> seen(x_graph.values().size());
    std::vector<ValueId> open{from};
    while (!open.empty()) {
      const ValueId id = open.back();
      open.pop_back();
      const Node* node = producer(id);
      if (!node) continue;
      for (ValueId input : node->inputs) {
        if (input == on) return true;
        if (input < on || seen[static_cast<size_t>(input)]) continue;
        seen[static_cast<size_t>(input)] = true;
        open.push_back(input);
      }
    }
    return false;
  }

  ValueId last_scale(ValueId id) const {
    while (!shared(id)) {
      const Node* node = producer(id);
      if (!node) return kNoValue;
      const std::string_view op = node->op;
      if (op == "BatchNormalization" || op == "Conv" || op == "Gemm")
        return declared(node->inputs[1]) ? node->inputs[1] : kNoValue;
      if (op == "Mul") {
        for (ValueId input : node->inputs)
          if (x_graph.value(input).constant) return declared(input) ? input : kNoValue;
      } else if (op != "Reshape" && op != "Transpose" && op != "MaxPool" && op != "Relu" &&
                 !(op == "Add" && declared(node->inputs[1]))) {
        return kNoValue;
      }
      id = node->inputs[0];
    }
    return kNoValue;
  }

  const Graph& x_graph;
  std::vector<int> x_uses;
};

}  // namespace

std::set<ValueId> residual_scales(const Graph& graph) {
  const Branches branches(graph);
  std::set<ValueId> scales;
  for (const Node& node : graph.nodes()) {
    if (node.op != "Add") continue;
    const ValueId a = node.inputs[0], b = node.inputs[1];
    if (graph.value(a).constant || graph.value(b).constant) continue;
    ValueId scale = branches.scale(a, b);
    if (scale == kNoValue) scale = branches.scale(b, a);
    if (scale != kNoValue) scales.insert(scale);
  }
  return scales;
}

}  // namespace assay
