// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "onnx/upgrade.h"

namespace assay {
namespace {

Tensor scales_tensor(const std::vector<float>& scales) {
  return make_f32({static_cast<int64_t>(scales.size())}, scales);
}

// What Upsample and the first Resize did, in today's words.
void as_plain_resize(const Upgrade& u, ValueId scales) {
  u.node.op = "Resize";
  u.node.inputs = {u.node.inputs[0], kNoValue, scales};
  std::string mode = u.node.take("mode", std::string("nearest"));
  if (mode == "bilinear" || mode == "trilinear") mode = "linear";
  u.node.attributes = {{"mode", mode},
                       {"coordinate_transformation_mode", std::string("asymmetric")},
                       {"nearest_mode", std::string("floor")}};
}

void upsample(const Upgrade& u) {
  if (!u.node.has_input(0)) return;
  if (u.node.has_input(1)) return as_plain_resize(u, u.node.inputs[1]);
  std::vector<float> scales = u.node.take("scales", std::vector<float>{});
  if (scales.empty())
    scales = {1, 1, u.node.take("height_scale", 1.0f), u.node.take("width_scale", 1.0f)};
  as_plain_resize(u, u.builder.constant(u.node, "scales", scales_tensor(scales)));
}

void first_resize(const Upgrade& u) {
  if (u.node.has_input(0) && u.node.has_input(1)) as_plain_resize(u, u.node.inputs[1]);
}

// An empty tensor of regions, scales or sizes means that there are none.
void drop_empty_inputs(const Upgrade& u) {
  for (size_t i = 1; i < u.node.inputs.size(); ++i) {
    if (!u.node.has_input(i)) continue;
    const auto& shape = u.builder.value(u.node.inputs[i]).shape;
    if (shape && element_count(*shape) == 0) u.node.inputs[i] = kNoValue;
  }
}

std::optional<std::vector<size_t>> resized_axes(const Upgrade& u) {
  const int64_t rank = static_cast<int64_t>(u.shape()->size());
  std::vector<size_t> axes;
  for (int64_t axis : u.node.take("axes", std::vector<int64_t>{})) {
    if (axis < -rank || axis >= rank) return std::nullopt;
    axes.push_back(static_cast<size_t>(axis < 0 ? axis + rank : axis));
  }
  if (axes.empty())
    for (size_t i = 0; i < u.shape()->size(); ++i) axes.push_back(i);
  return axes;
}

// One factor for all axes, so that none gets larger (or smaller) than its size.
void keep_aspect_ratio(const Shape& input, const std::vector<size_t>& axes,
                       const std::string& policy, std::vector<int64_t>& sizes) {
  double factor = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    const double each = static_cast<double>(sizes[i]) / static_cast<double>(input[axes[i]]);
    factor = i == 0                   ? each
             : policy == "not_larger" ? std::min(factor, each)
                                      : std::max(factor, each);
  }
  for (size_t i = 0; i < axes.size(); ++i)
    sizes[i] = static_cast<int64_t>(std::floor(factor * static_cast<double>(input[axes[i]]) + 0.5));
}

void expand_sizes(const Upgrade& u, const std::vector<size_t>& axes, const std::string& policy) {
  auto sizes = u.builder.integers_of(u.node.inputs[3]);
  if (!sizes || sizes->size() != axes.size()) return u.give_up();
  const bool sane = std::all_of(sizes->begin(), sizes->end(),
                                [](int64_t size) { return size >= 0 && size <= int64_t{1} << 31; });
  if (!sane || element_count(*u.shape()) == 0) return u.give_up();
  if (policy != "stretch") keep_aspect_ratio(*u.shape(), axes, policy, *sizes);
  Shape full = *u.shape();
  for (size_t i = 0; i < axes.size(); ++i) full[axes[i]] = (*sizes)[i];
  u.node.inputs[3] = u.builder.integers(u.node, "sizes", full);
}

void expand_scales(const Upgrade& u, const std::vector<size_t>& axes) {
  const auto& given = u.builder.value(u.node.inputs[2]).constant;
  if (!given || given->declared_only() || given->dtype != DType::f32 ||
      given->as<float>().size() != axes.size())
    return u.give_up();
  std::vector<float> full(u.shape()->size(), 1.0f);
  for (size_t i = 0; i < axes.size(); ++i) full[axes[i]] = given->as<float>()[i];
  u.node.inputs[2] = u.builder.constant(u.node, "scales", scales_tensor(full));
}

// Opset 18 resizes some axes only, and may keep the aspect ratio; opset 17 lists every dimension.
void resize_axes(const Upgrade& u) {
  const std::string policy = u.node.take("keep_aspect_ratio_policy", std::string("stretch"));
  if (u.node.take("antialias", int64_t{0}) != 0) return u.give_up();
  if (!u.node.attributes.contains("axes") && policy == "stretch") return;
  if (!u.shape()) return u.give_up();
  const auto axes = resized_axes(u);
  if (!axes) return u.give_up();
  if (u.node.has_input(3))
    expand_sizes(u, *axes, policy);
  else if (u.node.has_input(2))
    expand_scales(u, *axes);
}

constexpr auto kRules = std::to_array<UpgradeRule>({
    {"Upsample", 1, 9, upsample},
    {"Resize", 10, 10, first_resize},
    {"Resize", 11, kNewestOpset, drop_empty_inputs},
    {"Resize", 18, kNewestOpset, resize_axes},
});

}  // namespace

std::span<const UpgradeRule> resize_upgrades() {
  return kRules;
}

}  // namespace assay
