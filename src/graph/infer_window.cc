// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "graph/rule.h"
#include "graph/window.h"

namespace assay {
namespace {

Shape spatial_part(const Shape& shape) {
  return {shape.begin() + 2, shape.end()};
}

Shape with_channels(const NodeView& view, int64_t channels, const Window& window) {
  Shape shape = {view.shape(0)[0], channels};
  shape.insert(shape.end(), window.output.begin(), window.output.end());
  return shape;
}

int64_t groups(const NodeView& view) {
  const int64_t group = view.node().attribute("group", int64_t{1});
  if (group < 1) view.fail("group is {}, but has to be at least 1", group);
  return group;
}

void require_kernel_shape(const NodeView& view, const Shape& weight) {
  if (view.has_attribute("kernel_shape") &&
      view.node().attribute("kernel_shape", std::vector<int64_t>{}) != spatial_part(weight))
    view.fail("kernel_shape is not that of the weight {}", to_string(weight));
}

void require_weight(const NodeView& view, size_t weight) {
  view.require_rank(0, 3);
  if (view.rank(weight) != view.rank(0))
    view.fail("the weight has {} dimensions, the input {}", view.rank(weight), view.rank(0));
  require_kernel_shape(view, view.shape(weight));
}

void require_bias(const NodeView& view, size_t bias, int64_t channels) {
  if (view.has(bias) && view.shape(bias) != Shape{channels})
    view.fail("the bias {} does not have one value for each of {} channels",
              to_string(view.shape(bias)), channels);
}

Shape convolved(const NodeView& view, size_t weight_input) {
  require_weight(view, weight_input);
  const Shape& weight = view.shape(weight_input);
  const int64_t group = groups(view), channels = view.shape(0)[1];
  if (view.times(weight[1], group) != channels)
    view.fail("the input has {} channels, the weight wants {} in {} group{}", channels,
              view.times(weight[1], group), group, group == 1 ? "" : "s");
  if (weight[0] % group != 0)
    view.fail("{} output channels do not divide into {} groups", weight[0], group);
  return with_channels(view, weight[0],
                       sliding_window(view.node(), view.shape(0), spatial_part(weight)));
}

Outputs conv(const NodeView& view) {
  Shape shape = convolved(view, 1);
  require_bias(view, 2, shape[1]);
  return {{view.dtype(0), std::move(shape)}};
}

Outputs conv_integer(const NodeView& view) {
  return {{DType::i32, convolved(view, 1)}};
}

Outputs qlinear_conv(const NodeView& view) {
  Shape shape = convolved(view, 3);
  require_bias(view, 8, shape[1]);
  return {{view.dtype(7), std::move(shape)}};
}

Outputs conv_transpose(const NodeView& view) {
  require_weight(view, 1);
  const Shape& weight = view.shape(1);
  const int64_t group = groups(view), channels = view.shape(0)[1];
  if (weight[0] != channels)
    view.fail("the input has {} channels, the weight wants {}", channels, weight[0]);
  if (channels % group != 0)
    view.fail("{} input channels do not divide into {} groups", channels, group);
  const int64_t outputs = view.times(weight[1], group);
  require_bias(view, 2, outputs);
  return {{view.dtype(0),
           with_channels(view, outputs,
                         transposed_window(view.node(), view.shape(0), spatial_part(weight)))}};
}

Shape pooled(const NodeView& view) {
  view.require_rank(0, 3);
  if (!view.has_attribute("kernel_shape")) view.fail("it has no kernel_shape");
  const auto kernel = view.node().attribute("kernel_shape", std::vector<int64_t>{});
  return with_channels(view, view.shape(0)[1], sliding_window(view.node(), view.shape(0), kernel));
}

Outputs average_pool(const NodeView& view) {
  return {{view.dtype(0), pooled(view)}};
}

Outputs max_pool(const NodeView& view) {
  const Shape shape = pooled(view);
  return {{view.dtype(0), shape}, {DType::i64, shape}};
}

Outputs global_pool(const NodeView& view) {
  view.require_rank(0, 2);
  Shape shape = view.shape(0);
  std::fill(shape.begin() + 2, shape.end(), 1);
  return {{view.dtype(0), std::move(shape)}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"AveragePool", average_pool},
    {"Conv", conv},
    {"ConvInteger", conv_integer},
    {"ConvTranspose", conv_transpose},
    {"GlobalAveragePool", global_pool},
    {"GlobalLpPool", global_pool},
    {"GlobalMaxPool", global_pool},
    {"LpPool", average_pool},
    {"MaxPool", max_pool},
    {"QLinearConv", qlinear_conv},
});

}  // namespace

std::span<const NamedRule> window_rules() {
  return kRules;
}

}  // namespace assay
