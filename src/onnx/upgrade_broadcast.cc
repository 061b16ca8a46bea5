// SPDX-License-Identifier: MIT
#include <array>

#include "onnx/upgrade.h"

namespace assay {
namespace {

// Gives input 1 the dimensions of 1 that line it up with `axis` of input 0.
void align(const Upgrade& u, int64_t axis) {
  const auto& left = u.shape();
  const auto& right = u.builder.value(u.node.inputs[1]).shape;
  if (!left || !right) return;
  const int64_t rank = static_cast<int64_t>(left->size());
  const int64_t own = static_cast<int64_t>(right->size());
  if (axis < 0) axis += rank;
  const int64_t missing = rank - axis - own;
  if (own == 0 || missing <= 0) return;
  if (axis < 0) return u.give_up();
  Shape aligned = *right;
  aligned.insert(aligned.end(), static_cast<size_t>(missing), 1);
  if (const auto& constant = u.builder.value(u.node.inputs[1]).constant) {
    Tensor tensor = *constant;
    tensor.shape = aligned;
    u.node.inputs[1] = u.builder.constant(u.node, "aligned", std::move(tensor));
  } else {
    u.node.inputs[1] =
        u.builder.add(u.node, "aligned", "Reshape",
                      {u.node.inputs[1], u.builder.integers(u.node, "shape", aligned)});
  }
}

void binary(const Upgrade& u) {
  const bool broadcast = u.node.take("broadcast", int64_t{0}) != 0;
  const bool has_axis = u.node.attributes.contains("axis");
  const int64_t axis = u.node.take("axis", int64_t{0});
  if (broadcast && has_axis && u.node.has_input(0) && u.node.has_input(1)) align(u, axis);
}

void gemm(const Upgrade& u) {
  u.node.take("broadcast", int64_t{0});
}

// A slope with one value a channel.
void prelu(const Upgrade& u) {
  if (u.node.has_input(0) && u.node.has_input(1)) {
    const auto& slope = u.builder.value(u.node.inputs[1]).shape;
    if (slope && slope->size() == 1 && slope->front() != 1) align(u, 1);
  }
}

constexpr auto kRules = std::to_array<UpgradeRule>({
    {"Add", 1, 6, binary},
    {"And", 1, 6, binary},
    {"Div", 1, 6, binary},
    {"Equal", 1, 6, binary},
    {"Gemm", 1, 6, gemm},
    {"Greater", 1, 6, binary},
    {"Less", 1, 6, binary},
    {"Mul", 1, 6, binary},
    {"Or", 1, 6, binary},
    {"PRelu", 1, 6, prelu},
    {"Pow", 1, 6, binary},
    {"Sub", 1, 6, binary},
    {"Xor", 1, 6, binary},
});

}  // namespace

std::span<const UpgradeRule> broadcast_upgrades() {
  return kRules;
}

}  // namespace assay
