// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

Inferred unknown_shape(const NodeView& view) {
  return {view.dtype(0), std::nullopt};
}

Outputs reshape(const NodeView& view) {
  const auto wanted = view.integers(1);
  if (!wanted) return {unknown_shape(view)};
  const bool zero_is_zero = view.node().attribute("allowzero", int64_t{0}) != 0;
  const int64_t count = element_count(view.shape(0));
  Shape shape = *wanted;
  int64_t known = 1;
  std::optional<size_t> open;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !zero_is_zero) {
      if (i >= view.shape(0).size()) view.fail("it copies dimension {}, which is not there", i);
      shape[i] = view.shape(0)[i];
    }
    if (shape[i] < -1) view.fail("{} is no dimension", shape[i]);
    if (shape[i] == -1) {
      if (open) view.fail("two dimensions of {} are open", to_string(*wanted));
      open = i;
    } else {
      known = view.times(known, shape[i]);
    }
  }
  if (open) {
    if (known == 0 || count % known != 0)
      view.fail("{} elements do not divide into {}", count, to_string(*wanted));
    shape[*open] = count / known;
  } else if (known != count) {
    view.fail("{} elements do not make {}", count, to_string(*wanted));
  }
  return {{view.dtype(0), std::move(shape)}};
}

Outputs flatten(const NodeView& view) {
  const int64_t rank = view.rank(0), given = view.node().attribute("axis", int64_t{1});
  if (given < -rank || given > rank) view.fail("axis {} is outside of {} dimensions", given, rank);
  const auto middle = view.shape(0).begin() + (given < 0 ? given + rank : given);
  return {{view.dtype(0), Shape{element_count({view.shape(0).begin(), middle}),
                                element_count({middle, view.shape(0).end()})}}};
}

Outputs transpose(const NodeView& view) {
  std::vector<int64_t> order;
  for (int64_t i = view.rank(0); i-- > 0;) order.push_back(i);
  const std::vector<size_t> axes = view.axes(view.node().attribute("perm", order), view.rank(0));
  if (axes.size() != order.size())
    view.fail("perm has {} entries for {} dimensions", axes.size(), order.size());
  Shape shape;
  for (size_t axis : axes) shape.push_back(view.shape(0)[axis]);
  return {{view.dtype(0), std::move(shape)}};
}

Outputs squeeze(const NodeView& view) {
  const Shape& input = view.shape(0);
  std::vector<bool> dropped(input.size());
  if (view.has(1)) {
    const auto given = view.integers(1);
    if (!given) return {unknown_shape(view)};
    for (size_t axis : view.axes(*given, view.rank(0))) {
      if (input[axis] != 1) view.fail("dimension {} is {}, not 1", axis, input[axis]);
      dropped[axis] = true;
    }
  } else {
    for (size_t i = 0; i < input.size(); ++i) dropped[i] = input[i] == 1;
  }
  Shape shape;
  for (size_t i = 0; i < input.size(); ++i)
    if (!dropped[i]) shape.push_back(input[i]);
  return {{view.dtype(0), std::move(shape)}};
}

Outputs unsqueeze(const NodeView& view) {
  const auto given = view.integers(1);
  if (!given) return {unknown_shape(view)};
  const int64_t rank = view.rank(0) + static_cast<int64_t>(given->size());
  std::vector<size_t> axes = view.axes(*given, rank);
  std::sort(axes.begin(), axes.end());
  Shape shape = view.shape(0);
  for (size_t axis : axes) shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  return {{view.dtype(0), std::move(shape)}};
}

Outputs concat(const NodeView& view) {
  if (!view.has_attribute("axis")) view.fail("it has no axis");
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  Shape shape = view.shape(0);
  for (size_t i = 1; i < view.input_count(); ++i) {
    Shape other = view.shape(i);
    if (other.size() != shape.size())
      view.fail("input {} has {} dimensions, not {}", i, other.size(), shape.size());
    if (view.dtype(i) != view.dtype(0))
      view.fail("its inputs are of different types, {} and {}", name_of(view.dtype(0)),
                name_of(view.dtype(i)));
    shape[axis] = view.plus(shape[axis], other[axis]);
    other[axis] = shape[axis];
    if (other != shape) view.fail("input {} differs outside of axis {}", i, axis);
  }
  return {{view.dtype(0), std::move(shape)}};
}

Outputs split(const NodeView& view) {
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  const int64_t whole = view.shape(0)[axis], parts = static_cast<int64_t>(view.output_count());
  if (parts == 0) view.fail("it has no parts");
  std::vector<int64_t> sizes(view.output_count(), (whole + parts - 1) / parts);
  if (view.has(1)) {
    const auto given = view.integers(1);
    if (!given) return Outputs(view.output_count(), unknown_shape(view));
    sizes = *given;
  } else {
    sizes.back() = whole - (parts - 1) * sizes.front();
    if (sizes.back() < 0) view.fail("{} do not split into {} parts", whole, parts);
  }
  int64_t sum = 0;
  Outputs outputs;
  for (int64_t size : sizes) {
    if (size < 0) view.fail("a part has the size {}", size);
    sum = view.plus(sum, size);
    Shape shape = view.shape(0);
    shape[axis] = size;
    outputs.push_back({view.dtype(0), std::move(shape)});
  }
  if (sum != whole || outputs.size() != view.output_count())
    view.fail("{} parts of together {} are not {} outputs of together {}", sizes.size(), sum, parts,
              whole);
  return outputs;
}

int64_t slice_length(const NodeView& view, int64_t start, int64_t end, int64_t step, int64_t size) {
  if (step == 0) view.fail("a step is 0");
  auto from_front = [size](int64_t index) {
    return index < 0 && index >= -size ? index + size : index;
  };
  start = from_front(start), end = from_front(end);
  if (step > 0) {
    start = std::clamp<int64_t>(start, 0, size), end = std::clamp<int64_t>(end, 0, size);
    return end <= start ? 0 : (end - start - 1) / step + 1;
  }
  start = std::clamp<int64_t>(start, -1, size - 1), end = std::clamp<int64_t>(end, -1, size - 1);
  if (step == INT64_MIN) ++step;
  return start <= end ? 0 : (start - end - 1) / -step + 1;
}

Outputs slice(const NodeView& view) {
  const auto starts = view.integers(1), ends = view.integers(2);
  std::vector<int64_t> all;
  for (int64_t i = 0; starts && i < static_cast<int64_t>(starts->size()); ++i) all.push_back(i);
  const auto axes = view.has(3) ? view.integers(3) : std::optional(all);
  const auto steps =
      view.has(4) ? view.integers(4) : std::optional(std::vector<int64_t>(all.size(), 1));
  if (!starts || !ends || !axes || !steps) return {unknown_shape(view)};
  if (ends->size() != starts->size() || axes->size() != starts->size() ||
      steps->size() != starts->size())
    view.fail("starts, ends, axes and steps differ in length");
  const std::vector<size_t> where = view.axes(*axes, view.rank(0));
  Shape shape = view.shape(0);
  for (size_t i = 0; i < where.size(); ++i)
    shape[where[i]] = slice_length(view, (*starts)[i], (*ends)[i], (*steps)[i], shape[where[i]]);
  return {{view.dtype(0), std::move(shape)}};
}

Outputs pad(const NodeView& view) {
  const auto pads = view.integers(1);
  if (!pads) return {unknown_shape(view)};
  const size_t rank = view.shape(0).size();
  std::vector<size_t> axes;
  if (view.has(3)) {
    const auto given = view.integers(3);
    if (!given) return {unknown_shape(view)};
    axes = view.axes(*given, view.rank(0));
  } else {
    for (size_t i = 0; i < rank; ++i) axes.push_back(i);
  }
  if (pads->size() != 2 * axes.size())
    view.fail("{} pads for {} dimensions", pads->size(), axes.size());
  Shape shape = view.shape(0);
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t& size = shape[axes[i]];
    size = view.plus(view.plus(size, (*pads)[i]), (*pads)[i + axes.size()]);
    if (size < 0) view.fail("the pads leave nothing of dimension {}", axes[i]);
  }
  return {{view.dtype(0), std::move(shape)}};
}

Outputs expand(const NodeView& view) {
  const auto wanted = view.integers(1);
  if (!wanted) return {unknown_shape(view)};
  element_count(*wanted);
  return {{view.dtype(0), view.broadcast(view.shape(0), *wanted)}};
}

Outputs tile(const NodeView& view) {
  const auto repeats = view.integers(1);
  if (!repeats) return {unknown_shape(view)};
  if (repeats->size() != view.shape(0).size())
    view.fail("{} repeats for {} dimensions", repeats->size(), view.rank(0));
  Shape shape = view.shape(0);
  for (size_t i = 0; i < shape.size(); ++i) {
    if ((*repeats)[i] < 0) view.fail("it repeats {} times", (*repeats)[i]);
    shape[i] = view.times(shape[i], (*repeats)[i]);
  }
  return {{view.dtype(0), std::move(shape)}};
}

int64_t block_size(const NodeView& view) {
  if (view.rank(0) != 4) view.fail("its input has 4 dimensions");
  const int64_t block = view.node().attribute("blocksize", int64_t{0});
  if (block < 1 || block > 1 << 20) view.fail("blocksize {} is outside of 1 to 2^20", block);
  return block;
}

Outputs depth_to_space(const NodeView& view) {
  const int64_t block = block_size(view);
  const Shape& in = view.shape(0);
  if (in[1] % (block * block) != 0) view.fail("{} channels do not divide into blocks", in[1]);
  return {{view.dtype(0), Shape{in[0], in[1] / (block * block), view.times(in[2], block),
                                view.times(in[3], block)}}};
}

Outputs space_to_depth(const NodeView& view) {
  const int64_t block = block_size(view);
  const Shape& in = view.shape(0);
  if (in[2] % block != 0 || in[3] % block != 0) view.fail("it does not divide into blocks");
  return {{view.dtype(0),
           Shape{in[0], view.times(in[1], block * block), in[2] / block, in[3] / block}}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Concat", concat},
    {"DepthToSpace", depth_to_space},
    {"Expand", expand},
    {"Flatten", flatten},
    {"Pad", pad},
    {"Reshape", reshape},
    {"ReverseSequence", same_as_first},
    {"Slice", slice},
    {"SpaceToDepth", space_to_depth},
    {"Split", split},
    {"Squeeze", squeeze},
    {"Tile", tile},
    {"Transpose", transpose},
    {"Trilu", same_as_first},
    {"Unsqueeze", unsqueeze},
});

}  // namespace

std::span<const NamedRule> layout_rules() {
  return kRules;
}

}  // namespace assay
