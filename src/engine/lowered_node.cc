// SPDX-License-Identifier: MIT
#include "engine/lowered_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engine/engine.h"

namespace assay {
namespace {

std::vector<int64_t> count_up(size_t n) {
  std::vector<int64_t> values(n);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

// How many elements of [begin, end) each window along axis i covers.
std::vector<int64_t> covered(const Window& window, size_t i, int64_t begin, int64_t end) {
  std::vector<int64_t> counts;
  for (int64_t place = 0; place < window.output[i]; ++place) {
    const int64_t first = place * window.strides[i] - window.pads_begin[i];
    counts.push_back(std::min(first + window.kernel[i], end) - std::max(first, begin));
  }
  return counts;
}

}  // namespace

bool LoweredNode::has(size_t input) const {
  return input < x_node->inputs.size() && x_node->inputs[input] != kNoValue;
}

const Shape& LoweredNode::shape_of(ValueId id) const {
  const Value& value = x_graph.value(id);
  if (!value.shape)
    throw Unsupported(fmt::format("{}: the shape of '{}' is not known", x_engine, value.name));
  return *value.shape;
}

const Tensor* LoweredNode::constant(size_t input) const {
  if (!has(input)) return nullptr;
  const Value& value = x_graph.value(x_node->inputs[input]);
  return value.constant ? &*value.constant : nullptr;
}

std::vector<int64_t> LoweredNode::integers(size_t input) const {
  const Tensor* tensor = constant(input);
  if (!tensor || tensor->dtype != DType::i64)
    refuse(fmt::format("input {} must be constant", input));
  const auto values = tensor->as<int64_t>();
  return {values.begin(), values.end()};
}

std::vector<float> LoweredNode::floats(size_t input) const {
  const Tensor* tensor = constant(input);
  if (!tensor || tensor->dtype != DType::f32)
    refuse(fmt::format("input {} must be constant and f32", input));
  const auto values = tensor->as<float>();
  return {values.begin(), values.end()};
}

size_t LoweredNode::axis(int64_t axis, size_t input) const {
  return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(rank(input)) : axis);
}

void LoweredNode::refuse(const std::string& why) const {
  throw Unsupported(
      fmt::format("{}: operator {} (node '{}'): {}", x_engine, x_node->op, x_node->name, why));
}

Padding padding_of(const Window& window, const Shape& input) {
  Padding padding{window.pads_begin, {}};
  for (size_t i = 0; i < 2; ++i) {
    const int64_t extent = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const int64_t reach = (window.output[i] - 1) * window.strides[i] + extent;
    padding.after.push_back(std::max<int64_t>(reach - input[i + 2] - window.pads_begin[i], 0));
    padding.none = padding.none && padding.before[i] == 0 && padding.after[i] == 0;
    const int64_t total = padding.before[i] + padding.after[i];
    const int64_t least = (input[i + 2] + window.strides[i] - 1) / window.strides[i];
    padding.same = padding.same && window.output[i] == least && padding.before[i] == total / 2;
  }
  return padding;
}

std::vector<float> average_correction(const Window& window, const Shape& input, bool with_pads) {
  std::vector<int64_t> counts[2];
  for (size_t i = 0; i < 2; ++i)
    counts[i] = with_pads
                    ? covered(window, i, -window.pads_begin[i], input[i + 2] + window.pads_end[i])
                    : covered(window, i, 0, input[i + 2]);
  std::vector<float> factors;
  for (const int64_t rows : counts[0])
    for (const int64_t columns : counts[1])
      factors.push_back(static_cast<float>(window.kernel[0] * window.kernel[1]) /
                        static_cast<float>(rows * columns));
  if (std::ranges::count(factors, 1.0f) == std::ssize(factors)) factors.clear();
  return factors;
}

bool Slices::has_steps() const {
  return std::ranges::count(step, 1) != std::ssize(step);
}

Slices slices_of(const LoweredNode& node, const Order& order) {
  Slices slices{std::vector<int64_t>(order.size(), 0), placed(node.shape(0), order),
                std::vector<int64_t>(order.size(), 1)};
  const auto starts = node.integers(1);
  const auto axes = node.has(3) ? node.integers(3) : count_up(starts.size());
  const auto steps = node.has(4) ? node.integers(4) : std::vector<int64_t>(axes.size(), 1);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t axis = node.axis(axes[i]), place = place_of(axis, order);
    const int64_t size = node.shape(0)[axis];
    if (steps[i] < 1) node.refuse("only with steps forward");
    const int64_t start = starts[i] < 0 ? starts[i] + size : starts[i];
    slices.begin[place] = std::clamp<int64_t>(start, 0, size);
    slices.step[place] = steps[i];
    // The result's size says where it ends, whatever the model wrote.
    slices.end[place] = std::min(size, slices.begin[place] + node.result_shape()[axis] * steps[i]);
  }
  return slices;
}

std::vector<int64_t> pads_of(const LoweredNode& node, const Order& order) {
  const auto pads = node.integers(1);
  const auto axes = node.has(3) ? node.integers(3) : count_up(pads.size() / 2);
  std::vector<int64_t> result(2 * order.size(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t place = place_of(node.axis(axes[i]), order);
    result[2 * place] = pads[i];
    result[2 * place + 1] = pads[i + axes.size()];
  }
  if (std::ranges::any_of(result, [](int64_t pad) { return pad < 0; }))
    node.refuse("only with pads that add");
  return result;
}

std::vector<size_t> reduced_axes(const LoweredNode& node) {
  auto given = node.node().attribute("axes", std::vector<int64_t>{});
  if (node.has(1)) given = node.integers(1);
  if (given.empty() && node.attribute("noop_with_empty_axes", int64_t{0}) != 0)
    node.refuse("only over axes");
  std::vector<size_t> axes;
  for (const int64_t axis : given) axes.push_back(node.axis(axis));
  return axes.empty() ? plain_order(node.rank(0)) : axes;
}

Order order_after_reduction(const Order& order, const std::vector<size_t>& axes, bool keep) {
  if (keep) return order;
  Order left;
  for (const size_t axis : order) {
    if (std::ranges::count(axes, axis)) continue;
    const auto gone = std::ranges::count_if(axes, [&](size_t other) { return other < axis; });
    left.push_back(axis - static_cast<size_t>(gone));
  }
  return left;
}

Order order_after_transpose(const LoweredNode& node, const Order& order) {
  auto backwards = count_up(order.size());
  std::ranges::reverse(backwards);
  const auto perm = node.node().attribute("perm", backwards);
  Order result;
  for (const size_t axis : order)
    result.push_back(
        static_cast<size_t>(std::ranges::find(perm, static_cast<int64_t>(axis)) - perm.begin()));
  return result;
}

}  // namespace assay
