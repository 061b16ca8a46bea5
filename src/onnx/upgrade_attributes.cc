// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "onnx/upgrade.h"

namespace assay {
namespace {

using Integers = std::vector<int64_t>;

// An attribute that holds integers becomes the input `index`.
void integers_to_input(const Upgrade& u, const char* key, size_t index) {
  if (!u.node.attributes.contains(key)) return;
  const auto values = u.node.take(key, Integers{});
  u.node.set_input(index, u.builder.integers(u.node, key, values));
}

void scalar_to_input(const Upgrade& u, const char* key, size_t index) {
  if (!u.node.attributes.contains(key)) return;
  const float value = u.node.take(key, 0.0f);
  u.node.set_input(index, u.builder.scalar(u.node, key, value, u.dtype()));
}

void reshape(const Upgrade& u) {
  integers_to_input(u, "shape", 1);
}

void axes_to_input(const Upgrade& u) {
  integers_to_input(u, "axes", 1);
}

// Since opset 18 most reductions take their axes as an input; in opset 17 they are an attribute.
void axes_to_attribute(const Upgrade& u) {
  const bool keeps_when_empty = u.node.take("noop_with_empty_axes", int64_t{0}) != 0;
  Integers axes;
  if (u.node.has_input(1)) {
    const auto given = u.builder.integers_of(u.node.inputs[1]);
    if (!given) return u.give_up();
    axes = *given;
  }
  u.node.inputs.resize(1);
  if (!axes.empty()) u.node.attributes["axes"] = axes;
  if (axes.empty() && keeps_when_empty) {
    u.node.op = "Identity";
    u.node.attributes.clear();
  }
}

void batch_normalization(const Upgrade& u) {
  u.node.take("is_test", int64_t{1});
  if (u.node.take("spatial", int64_t{1}) == 0) return u.give_up();
  if (u.opset < 14) u.node.outputs.resize(std::min<size_t>(u.node.outputs.size(), 1));
}

void dropout(const Upgrade& u) {
  u.node.take("is_test", int64_t{1});
  if (u.node.attributes.contains("ratio"))
    u.node.set_input(1, u.builder.scalar(u.node, "ratio", u.node.take("ratio", 0.5f), u.dtype()));
}

void clip(const Upgrade& u) {
  scalar_to_input(u, "min", 1);
  scalar_to_input(u, "max", 2);
}

void pad(const Upgrade& u) {
  const char* key = u.node.attributes.contains("paddings") ? "paddings" : "pads";
  integers_to_input(u, key, 1);
  scalar_to_input(u, "value", 2);
}

// Opset 18 pads some axes only; in opset 17 every dimension is listed.
void pad_axes(const Upgrade& u) {
  if (!u.node.has_input(3)) return;
  const auto axes = u.builder.integers_of(u.node.inputs[3]);
  const auto pads = u.builder.integers_of(u.node.inputs[1]);
  if (!axes || !pads || !u.shape() || pads->size() != 2 * axes->size()) return u.give_up();
  const int64_t rank = static_cast<int64_t>(u.shape()->size());
  Integers all(static_cast<size_t>(2 * rank));
  for (size_t i = 0; i < axes->size(); ++i) {
    const int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + rank : (*axes)[i];
    if (axis < 0 || axis >= rank) return u.give_up();
    all[static_cast<size_t>(axis)] = (*pads)[i];
    all[static_cast<size_t>(axis + rank)] = (*pads)[i + axes->size()];
  }
  u.node.inputs.resize(3);
  u.node.inputs[1] = u.builder.integers(u.node, "pads", all);
}

void slice(const Upgrade& u) {
  integers_to_input(u, "starts", 1);
  integers_to_input(u, "ends", 2);
  integers_to_input(u, "axes", 3);
}

void split(const Upgrade& u) {
  integers_to_input(u, "split", 1);
}

// Opset 18 may split unevenly; in opset 17 that takes sizes.
void split_count(const Upgrade& u) {
  const int64_t count = u.node.take("num_outputs", static_cast<int64_t>(u.node.outputs.size()));
  if (u.node.has_input(1)) return;
  if (!u.shape()) return;
  const int64_t rank = static_cast<int64_t>(u.shape()->size());
  int64_t axis = 0;
  if (const auto found = u.node.attributes.find("axis"); found != u.node.attributes.end())
    if (const auto* given = std::get_if<int64_t>(&found->second)) axis = *given;
  axis = axis < 0 ? axis + rank : axis;
  if (axis < 0 || axis >= rank || count < 1 || count > 1 << 20) return u.give_up();
  const int64_t whole = (*u.shape())[static_cast<size_t>(axis)], part = (whole + count - 1) / count;
  Integers sizes(static_cast<size_t>(count), part);
  sizes.back() = whole - part * (count - 1);
  u.node.set_input(1, u.builder.integers(u.node, "split", sizes));
}

void top_k(const Upgrade& u) {
  if (u.node.attributes.contains("k"))
    u.node.set_input(1, u.builder.integers(u.node, "k", {u.node.take("k", int64_t{0})}));
}

void concat(const Upgrade& u) {
  u.node.attributes.try_emplace("axis", int64_t{1});
}

// Its type was a name before opset 6.
void cast(const Upgrade& u) {
  const auto found = u.node.attributes.find("to");
  if (found == u.node.attributes.end() || !std::get_if<std::string>(&found->second)) return;
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING", "BOOL",
       "FLOAT16", "DOUBLE", "UINT32", "UINT64"});
  const auto number = std::find(kNames.begin(), kNames.end(), std::get<std::string>(found->second));
  found->second = static_cast<int64_t>(number == kNames.end() ? 0 : number - kNames.begin());
}

void drop_saturate(const Upgrade& u) {
  u.node.take("saturate", int64_t{1});
}

// Opset 21 scales blocks, opset 17 a tensor or an axis.
void quantization(const Upgrade& u) {
  u.node.take("saturate", int64_t{1});
  u.node.take("output_dtype", int64_t{0});
  if (u.node.take("block_size", int64_t{0}) != 0) u.give_up();
}

// Opset 20 also samples volumes.
void grid_sample(const Upgrade& u) {
  if (u.shape() && u.shape()->size() != 4) return u.give_up();
  const std::string mode = u.node.take("mode", std::string("linear"));
  u.node.attributes["mode"] = std::string(mode == "cubic"    ? "bicubic"
                                          : mode == "linear" ? "bilinear"
                                                             : mode);
}

// Opset 28 lets the order of the new channels be chosen.
void space_to_depth(const Upgrade& u) {
  if (u.node.take("mode", std::string("DCR")) != "DCR") u.give_up();
}

void scatter(const Upgrade& u) {
  u.node.op = "ScatterElements";
}

void lp_power(const Upgrade& u) {
  const auto found = u.node.attributes.find("p");
  if (found == u.node.attributes.end()) return;
  if (const float* power = std::get_if<float>(&found->second); power && *power >= 0 && *power < 100)
    found->second = static_cast<int64_t>(*power);
}

constexpr auto kRules = std::to_array<UpgradeRule>({
    {"BatchNormalization", 1, 13, batch_normalization},
    {"Cast", 1, 5, cast},
    {"Cast", 19, kNewestOpset, drop_saturate},
    {"Clip", 1, 10, clip},
    {"Concat", 1, 3, concat},
    {"DequantizeLinear", 19, kNewestOpset, quantization},
    {"Dropout", 1, 11, dropout},
    {"GlobalLpPool", 1, 1, lp_power},
    {"GridSample", 20, kNewestOpset, grid_sample},
    {"LpPool", 1, 1, lp_power},
    {"Pad", 1, 10, pad},
    {"Pad", 18, kNewestOpset, pad_axes},
    {"QuantizeLinear", 19, kNewestOpset, quantization},
    {"ReduceL1", 18, kNewestOpset, axes_to_attribute},
    {"ReduceL2", 18, kNewestOpset, axes_to_attribute},
    {"ReduceLogSum", 18, kNewestOpset, axes_to_attribute},
    {"ReduceLogSumExp", 18, kNewestOpset, axes_to_attribute},
    {"ReduceMax", 18, kNewestOpset, axes_to_attribute},
    {"ReduceMean", 18, kNewestOpset, axes_to_attribute},
    {"ReduceMin", 18, kNewestOpset, axes_to_attribute},
    {"ReduceProd", 18, kNewestOpset, axes_to_attribute},
    {"ReduceSum", 1, 12, axes_to_input},
    {"ReduceSumSquare", 18, kNewestOpset, axes_to_attribute},
    {"Reshape", 1, 4, reshape},
    {"Scatter", 9, 10, scatter},
    {"Slice", 1, 9, slice},
    {"SpaceToDepth", 22, kNewestOpset, space_to_depth},
    {"Split", 1, 12, split},
    {"Split", 18, kNewestOpset, split_count},
    {"Squeeze", 1, 12, axes_to_input},
    {"TopK", 1, 9, top_k},
    {"Unsqueeze", 1, 12, axes_to_input},
});

}  // namespace

std::span<const UpgradeRule> attribute_upgrades() {
  return kRules;
}

}  // namespace assay
