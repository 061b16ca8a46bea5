// SPDX-License-Identifier: MIT
// Attention, an operator since opset 23: softmax(Q K^T scale + mask) V, Vaswani et al., "Attention
// Is All You Need", 2017.
#include <array>
#include <cmath>

#include "onnx/upgrade.h"

namespace assay {
namespace {

template <typename T>
bool is_zero(const Upgrade& u, const char* key) {
  const auto found = u.node.attributes.find(key);
  if (found == u.node.attributes.end()) return true;
  const T* value = std::get_if<T>(&found->second);
  return value && *value == 0;
}

// What PyTorch writes for four dimensions. The others (heads that share keys, earlier keys, a
// causal mask, a cap) stay the one operator, of which shapes and counts are known.
bool is_plain(const Upgrade& u) {
  const auto rank_of = [&](size_t i) {
    const auto& shape = u.builder.value(u.node.inputs[i]).shape;
    return shape ? shape->size() : 0;
  };
  for (size_t i : {0, 1, 2})
    if (!u.node.has_input(i) || rank_of(i) != 4) return false;
  for (size_t i : {4, 5, 6})
    if (u.node.has_input(i)) return false;
  if (!is_zero<int64_t>(u, "is_causal") || !is_zero<float>(u, "softcap")) return false;
  const bool own_heads = (*u.shape())[1] == (*u.builder.value(u.node.inputs[1]).shape)[1];
  const bool additive =
      !u.node.has_input(3) || u.builder.value(u.node.inputs[3]).dtype == u.dtype();
  return own_heads && additive && u.node.outputs.size() == 1;
}

void attention(const Upgrade& u) {
  if (!is_plain(u)) return;
  const double size = static_cast<double>(u.shape()->back());
  const double scale = u.node.take("scale", static_cast<float>(1 / std::sqrt(size)));
  const auto step = [&](const char* suffix, const char* op, std::vector<ValueId> inputs,
                        Attributes attributes = {}) {
    return u.builder.add(u.node, suffix, op, std::move(inputs), std::move(attributes));
  };
  const ValueId value = u.node.inputs[2];
  const ValueId scaled = step(
      "scaled", "Mul", {u.node.inputs[0], u.builder.scalar(u.node, "scale", scale, u.dtype())});
  const ValueId keys =
      step("keys", "Transpose", {u.node.inputs[1]}, {{"perm", std::vector<int64_t>{0, 1, 3, 2}}});
  ValueId scores = step("scores", "MatMul", {scaled, keys});
  if (u.node.has_input(3)) scores = step("masked", "Add", {scores, u.node.inputs[3]});
  const ValueId weights = step("weights", "Softmax", {scores}, {{"axis", int64_t{-1}}});
  u.node.op = "MatMul";
  u.node.inputs = {weights, value};
  u.node.attributes.clear();
}

constexpr auto kRules = std::to_array<UpgradeRule>({{"Attention", 23, kNewestOpset, attention}});

}  // namespace

std::span<const UpgradeRule> attention_upgrades() {
  return kRules;
}

}  // namespace assay
