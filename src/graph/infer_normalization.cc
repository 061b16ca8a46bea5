// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

void require_per_channel(const NodeView& view, size_t first, size_t last, int64_t channels) {
  for (size_t i = first; i <= last; ++i)
    if (view.shape(i) != Shape{channels})
      view.fail("input {} is {}, but needs one value for each of {} channels", i,
                to_string(view.shape(i)), channels);
}

// Softmax and its kin: the axis has to exist, the shape stays.
Outputs along_axis(const NodeView& view) {
  view.axis(view.node().attribute("axis", int64_t{-1}), view.rank(0));
  return same_as_first(view);
}

Outputs batch_normalization(const NodeView& view) {
  view.require_rank(0, 1);
  const int64_t channels = view.rank(0) > 1 ? view.shape(0)[1] : 1;
  require_per_channel(view, 1, 4, channels);
  const Inferred statistics{view.dtype(3), Shape{channels}};
  return {{view.dtype(0), view.shape(0)}, statistics, statistics};
}

Outputs instance_normalization(const NodeView& view) {
  view.require_rank(0, 2);
  require_per_channel(view, 1, 2, view.shape(0)[1]);
  return same_as_first(view);
}

// Scale and bias have one value a group (opset 18) or a channel (opset 21).
Outputs group_normalization(const NodeView& view) {
  view.require_rank(0, 2);
  const int64_t channels = view.shape(0)[1];
  const int64_t count = view.node().attribute("num_groups", int64_t{0});
  if (count < 1 || channels % count != 0)
    view.fail("{} channels do not divide into {} groups", channels, count);
  const bool per_group = view.shape(1) == Shape{count};
  require_per_channel(view, 1, 2, per_group ? count : channels);
  return same_as_first(view);
}

Outputs layer_normalization(const NodeView& view) {
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{-1}), view.rank(0));
  const Shape& input = view.shape(0);
  const Shape normalized(input.begin() + static_cast<std::ptrdiff_t>(axis), input.end());
  for (size_t i : {size_t{1}, size_t{2}})
    if (view.has(i) && view.broadcast(normalized, view.shape(i)) != normalized)
      view.fail("input {} is {}, but has to broadcast to the normalized {}", i,
                to_string(view.shape(i)), to_string(normalized));
  Shape statistics = input;
  std::fill(statistics.begin() + static_cast<std::ptrdiff_t>(axis), statistics.end(), 1);
  return {{view.dtype(0), input}, {DType::f32, statistics}, {DType::f32, statistics}};
}

Outputs local_response(const NodeView& view) {
  view.require_rank(0, 3);
  if (view.node().attribute("size", int64_t{0}) < 1) view.fail("its size has to be at least 1");
  return same_as_first(view);
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"BatchNormalization", batch_normalization},
    {"GroupNormalization", group_normalization},
    {"Hardmax", along_axis},
    {"InstanceNormalization", instance_normalization},
    {"LRN", local_response},
    {"LayerNormalization", layer_normalization},
    {"LogSoftmax", along_axis},
    {"LpNormalization", along_axis},
    {"MeanVarianceNormalization", same_as_first},
    {"Softmax", along_axis},
});

}  // namespace

std::span<const NamedRule> normalization_rules() {
  return kRules;
}

}  // namespace assay
