// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "onnx/upgrade.h"

namespace assay {
namespace {

ValueId number(const Upgrade& u, std::string_view suffix, double value) {
  return u.builder.scalar(u.node, suffix, value, u.dtype());
}

// The last step takes the node's own outputs.
void finish(const Upgrade& u, const char* op, std::vector<ValueId> inputs) {
  u.node.op = op;
  u.node.inputs = std::move(inputs);
  u.node.attributes.clear();
}

// Until opset 12 these worked on the matrix that Flatten(axis) gives, by default with axis 1.
void flattening_softmax(const Upgrade& u) {
  int64_t axis = u.node.take("axis", int64_t{1});
  if (!u.shape()) return u.give_up();
  const Shape shape = *u.shape();
  const int64_t rank = static_cast<int64_t>(shape.size());
  if (axis < -rank || axis >= std::max<int64_t>(rank, 1))
    throw Error("node '{}' ({}) on {}: axis {} is outside of {} dimensions", u.node.name, u.node.op,
                to_string(shape), axis, rank);
  if (axis < 0) axis += rank;
  const bool ones_follow = std::all_of(shape.begin() + std::min(axis + 1, rank), shape.end(),
                                       [](int64_t dimension) { return dimension == 1; });
  if (ones_follow) {
    u.node.attributes["axis"] = axis;
    return;
  }
  const ValueId flat =
      u.builder.add(u.node, "flat", "Flatten", {u.node.inputs[0]}, {{"axis", axis}});
  const ValueId result = u.builder.add(u.node, "rows", u.node.op, {flat}, {{"axis", int64_t{-1}}});
  finish(u, "Reshape", {result, u.builder.integers(u.node, "shape", shape)});
}

// x/2 (1 + erf(x/sqrt 2)), or with tanh: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
void gelu(const Upgrade& u) {
  if (!u.node.has_input(0)) return;
  const bool by_tanh = u.node.take("approximate", std::string("none")) == "tanh";
  const ValueId x = u.node.inputs[0];
  ValueId inner = kNoValue;
  if (by_tanh) {
    const ValueId cube = u.builder.add(u.node, "cube", "Pow", {x, number(u, "three", 3)});
    const ValueId bent =
        u.builder.add(u.node, "bent", "Mul", {cube, number(u, "coefficient", 0.044715)});
    const ValueId sum = u.builder.add(u.node, "sum", "Add", {x, bent});
    const ValueId scaled = u.builder.add(
        u.node, "scaled", "Mul",
        {sum, number(u, "scale", std::numbers::sqrt2 * std::sqrt(std::numbers::inv_pi))});
    inner = u.builder.add(u.node, "tanh", "Tanh", {scaled});
  } else {
    const ValueId scaled =
        u.builder.add(u.node, "scaled", "Div", {x, number(u, "sqrt2", std::numbers::sqrt2)});
    inner = u.builder.add(u.node, "erf", "Erf", {scaled});
  }
  const ValueId shifted = u.builder.add(u.node, "shifted", "Add", {inner, number(u, "one", 1)});
  const ValueId product = u.builder.add(u.node, "product", "Mul", {x, shifted});
  finish(u, "Mul", {product, number(u, "half", 0.5)});
}

// x tanh(softplus(x)): Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
void mish(const Upgrade& u) {
  if (!u.node.has_input(0)) return;
  const ValueId x = u.node.inputs[0];
  const ValueId soft = u.builder.add(u.node, "softplus", "Softplus", {x});
  finish(u, "Mul", {x, u.builder.add(u.node, "tanh", "Tanh", {soft})});
}

// x sigmoid(alpha x): Ramachandran et al., "Searching for Activation Functions", 2017.
void swish(const Upgrade& u) {
  if (!u.node.has_input(0)) return;
  const ValueId x = u.node.inputs[0];
  const float alpha = u.node.take("alpha", 1.0f);
  const ValueId inner =
      alpha == 1 ? x : u.builder.add(u.node, "scaled", "Mul", {x, number(u, "alpha", alpha)});
  finish(u, "Mul", {x, u.builder.add(u.node, "sigmoid", "Sigmoid", {inner})});
}

// x / sqrt(mean(x^2) + epsilon) scale, over the axes from `axis` on: Zhang and Sennrich, "Root Mean
// Square Layer Normalization", 2019.
void rms_normalization(const Upgrade& u) {
  if (!u.shape() || !u.node.has_input(1)) return u.give_up();
  const int64_t rank = static_cast<int64_t>(u.shape()->size());
  int64_t axis = u.node.take("axis", int64_t{-1});
  const float epsilon = u.node.take("epsilon", 1e-5f);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank) return u.give_up();
  std::vector<int64_t> axes;
  for (; axis < rank; ++axis) axes.push_back(axis);
  const ValueId x = u.node.inputs[0], scale = u.node.inputs[1];
  const ValueId square = u.builder.add(u.node, "square", "Mul", {x, x});
  const ValueId mean = u.builder.add(u.node, "mean", "ReduceMean", {square}, {{"axes", axes}});
  const ValueId shifted =
      u.builder.add(u.node, "shifted", "Add", {mean, number(u, "epsilon", epsilon)});
  const ValueId root = u.builder.add(u.node, "root", "Sqrt", {shifted});
  finish(u, "Mul", {u.builder.add(u.node, "normalized", "Div", {x, root}), scale});
}

Tensor filled(DType dtype, int64_t count, const Upgrade& u, double value) {
  const ValueId one = u.builder.scalar(u.node, "value", value, dtype);
  const Tensor single = *u.builder.value(one).constant;
  std::vector<std::byte> bytes;
  for (int64_t i = 0; i < count; ++i)
    bytes.insert(bytes.end(), single.raw().begin(), single.raw().end());
  return make_tensor(single.dtype, {count}, bytes);
}

// One value a channel as C x 1 x 1...; opset 18 has one a group, repeated here for its channels.
ValueId per_channel(const Upgrade& u, size_t input, int64_t groups, const Shape& shape) {
  const std::string suffix = input == 1 ? "scale" : "bias";
  ValueId value = u.node.inputs[input];
  const auto& own = u.builder.value(value).shape;
  if (own && *own == Shape{groups} && groups != shape[1]) {
    const ValueId column = u.builder.add(u.node, suffix + "_column", "Unsqueeze",
                                         {value, u.builder.integers(u.node, "one", {1})});
    value =
        u.builder.add(u.node, suffix + "_repeated", "Expand",
                      {column, u.builder.integers(u.node, "groups", {groups, shape[1] / groups})});
  }
  Shape aligned(shape.size() - 1, 1);
  aligned[0] = shape[1];
  return u.builder.add(u.node, suffix + "_aligned", "Reshape",
                       {value, u.builder.integers(u.node, suffix + "_shape", aligned)});
}

// Instance normalization over N x groups x rest: Wu and He, "Group Normalization", 2018.
void group_normalization(const Upgrade& u) {
  const int64_t groups = u.node.take("num_groups", int64_t{0});
  const float epsilon = u.node.take("epsilon", 1e-5f);
  if (!u.shape() || u.shape()->size() < 3 || !u.node.has_input(1) || !u.node.has_input(2))
    return u.give_up();
  const Shape shape = *u.shape();
  if (groups < 1 || shape[1] % groups != 0)
    throw Error("node '{}' (GroupNormalization) on {}: {} channels do not divide into {} groups",
                u.node.name, to_string(shape), shape[1], groups);
  const ValueId grouped =
      u.builder.add(u.node, "grouped", "Reshape",
                    {u.node.inputs[0], u.builder.integers(u.node, "groups", {0, groups, -1})});
  const ValueId ones = u.builder.constant(u.node, "ones", filled(u.dtype(), groups, u, 1));
  const ValueId zeros = u.builder.constant(u.node, "zeros", filled(u.dtype(), groups, u, 0));
  const ValueId normalized = u.builder.add(u.node, "normalized", "InstanceNormalization",
                                           {grouped, ones, zeros}, {{"epsilon", epsilon}});
  const ValueId restored = u.builder.add(u.node, "restored", "Reshape",
                                         {normalized, u.builder.integers(u.node, "shape", shape)});
  const ValueId scaled =
      u.builder.add(u.node, "scaled", "Mul", {restored, per_channel(u, 1, groups, shape)});
  finish(u, "Add", {scaled, per_channel(u, 2, groups, shape)});
}

constexpr auto kRules = std::to_array<UpgradeRule>({
    {"Gelu", 20, kNewestOpset, gelu},
    {"GroupNormalization", 18, kNewestOpset, group_normalization},
    {"Hardmax", 1, 12, flattening_softmax},
    {"LogSoftmax", 1, 12, flattening_softmax},
    {"Mish", 18, kNewestOpset, mish},
    {"RMSNormalization", 23, kNewestOpset, rms_normalization},
    {"Softmax", 1, 12, flattening_softmax},
    {"Swish", 24, kNewestOpset, swish},
});

}  // namespace

std::span<const UpgradeRule> decompositions() {
  return kRules;
}

}  // namespace assay
