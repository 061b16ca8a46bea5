// SPDX-License-Identifier: MIT
// Operators that move elements without looking at them; all element types.
#include <algorithm>
#include <cstring>
#include <limits>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// One map per dimension that takes everything.
std::vector<std::vector<int64_t>> whole(const Shape& shape) {
  std::vector<std::vector<int64_t>> maps;
  for (const int64_t size : shape) maps.push_back(counted(size));
  return maps;
}

Tensors run_identity(const Call& call) {
  return {call.input(0)};
}

Tensors run_dropout(const Call& call) {
  const Tensor& data = call.input(0);
  const bool training = call.has(2) && scalar(call.inputs[2], 0) != 0;
  call.require(!training || (call.has(1) && scalar(call.inputs[1], 0.5) == 0),
               "training mode is random");
  std::vector<int64_t> kept(static_cast<size_t>(data.elements()), 1);
  return {data, to_tensor(DType::boolean, data.shape, std::move(kept))};
}

Tensors run_reshape(const Call& call) {
  const Tensor& data = call.input(0);
  Shape shape = integers(call.input(1));
  const bool zero_is_zero = call.integer("allowzero", 0) != 0;
  int64_t known = 1, open = -1;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 0 && !zero_is_zero) {
      call.require(d < data.shape.size(), "a 0 in its shape has no dimension to copy");
      shape[d] = data.shape[d];
    }
    if (shape[d] == -1) {
      call.require(open < 0, "its shape has more than one -1");
      open = static_cast<int64_t>(d);
    } else {
      call.require(!__builtin_mul_overflow(known, shape[d], &known), "its shape overflows");
    }
  }
  if (open >= 0) shape[static_cast<size_t>(open)] = known == 0 ? 0 : data.elements() / known;
  return {viewed(call, data, shape)};
}

Tensors run_flatten(const Call& call) {
  const Tensor& data = call.input(0);
  const auto rank = static_cast<int64_t>(data.shape.size());
  int64_t axis = call.integer("axis", 1);
  if (axis < 0) axis += rank;
  call.require(axis >= 0 && axis <= rank, "its axis is outside the input's rank");
  const Split3 split = split_at(data.shape, static_cast<size_t>(axis));
  return {viewed(call, data, {split.outer, split.along * split.inner})};
}

Tensors run_squeeze(const Call& call) {
  const Tensor& data = call.input(0);
  const auto axes = axes_of(call, 1);
  std::vector<bool> drop(data.shape.size());
  for (size_t d = 0; d < drop.size(); ++d) drop[d] = axes.empty() && data.shape[d] == 1;
  for (const int64_t axis : axes) drop[checked_axis(call, axis, data.shape.size())] = true;
  Shape shape;
  for (size_t d = 0; d < drop.size(); ++d) {
    if (!drop[d]) shape.push_back(data.shape[d]);
  }
  return {viewed(call, data, shape)};
}

Tensors run_unsqueeze(const Call& call) {
  const Tensor& data = call.input(0);
  const auto axes = axes_of(call, 1);
  const size_t rank = data.shape.size() + axes.size();
  std::vector<bool> fresh(rank, false);
  for (const int64_t axis : axes) fresh[checked_axis(call, axis, rank)] = true;
  call.require(std::count(fresh.begin(), fresh.end(), true) == static_cast<int64_t>(axes.size()),
               "an axis appears twice");
  Shape shape;
  size_t next = 0;
  for (size_t d = 0; d < rank; ++d) shape.push_back(fresh[d] ? 1 : data.shape[next++]);
  return {viewed(call, data, shape)};
}

Tensors run_transpose(const Call& call) {
  const Tensor& data = call.input(0);
  auto order = counted(static_cast<int64_t>(data.shape.size()));
  std::reverse(order.begin(), order.end());
  order = call.node.attribute("perm", order);
  call.require(order.size() == data.shape.size() &&
                   std::is_permutation(order.begin(), order.end(),
                                       counted(static_cast<int64_t>(order.size())).begin()),
               "perm is no permutation of the input's axes");
  const Strides own = strides_of(data.shape);
  Shape shape;
  Strides strides;
  for (const int64_t from : order) {
    shape.push_back(data.shape[static_cast<size_t>(from)]);
    strides.push_back(own[static_cast<size_t>(from)]);
  }
  return {strided_copy(call, data, shape, strides)};
}

Tensors run_expand(const Call& call) {
  const Tensor& data = call.input(0);
  const Shape shape = broadcast(call, data.shape, integers(call.input(1)));
  checked_count(call, shape);
  return {strided_copy(call, data, shape, broadcast_strides(data.shape, shape))};
}

Tensors run_tile(const Call& call) {
  const Tensor& data = call.input(0);
  const auto repeats = integers(call.input(1));
  call.require(repeats.size() == data.shape.size(), "repeats must have one entry per dimension");
  Shape shape = data.shape;
  for (size_t d = 0; d < shape.size(); ++d) {
    call.require(!__builtin_mul_overflow(shape[d], repeats[d], &shape[d]), "repeats overflow");
  }
  checked_count(call, shape);
  auto maps = whole(shape);
  for (size_t d = 0; d < maps.size(); ++d) {
    for (int64_t& at : maps[d]) at %= data.shape[d];
  }
  return {take(call, data, maps)};
}

Tensors run_concat(const Call& call) {
  const Tensor& first = call.input(0);
  const size_t axis = checked_axis(call, call.integer("axis", 0), first.shape.size());
  Shape shape = first.shape;
  shape[axis] = 0;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    Shape part = call.input(i).shape;
    call.require(part.size() == shape.size() && call.input(i).dtype == first.dtype,
                 "its inputs differ in rank or type");
    shape[axis] += part[axis];
    part[axis] = first.shape[axis];
    call.require(part == first.shape, "its inputs differ outside the axis");
  }
  const Split3 split = split_at(shape, axis);
  std::vector<std::byte> joined;
  joined.reserve(static_cast<size_t>(checked_count(call, shape)) * size_of(first.dtype));
  for (int64_t outer = 0; outer < split.outer; ++outer) {
    for (const Tensor* part : call.inputs) {
      const size_t block =
          static_cast<size_t>(part->shape[axis] * split.inner) * size_of(part->dtype);
      const auto bytes = part->raw().subspan(static_cast<size_t>(outer) * block, block);
      joined.insert(joined.end(), bytes.begin(), bytes.end());
    }
  }
  return {make_tensor(first.dtype, shape, joined)};
}

std::vector<int64_t> split_sizes(const Call& call, int64_t size) {
  if (call.has(1)) return integers(call.input(1));
  auto sizes = call.node.attribute("split", std::vector<int64_t>{});
  if (!sizes.empty()) return sizes;
  // Equal parts; the last is smaller when they do not divide.
  const auto count = static_cast<int64_t>(call.output_count);
  const int64_t each = (size + count - 1) / count;
  for (int64_t i = 0; i < count; ++i)
    sizes.push_back(std::clamp(size - i * each, int64_t{0}, each));
  return sizes;
}

Tensors run_split(const Call& call) {
  const Tensor& data = call.input(0);
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  auto maps = whole(data.shape);
  Tensors parts;
  int64_t start = 0;
  for (const int64_t size : split_sizes(call, data.shape[axis])) {
    call.require(size >= 0 && start + size <= data.shape[axis], "its parts do not fit the axis");
    maps[axis] = counted(size);
    for (int64_t& at : maps[axis]) at += start;
    parts.push_back(take(call, data, maps));
    start += size;
  }
  return parts;
}

// The indices that start:end:step selects of `size`, by numpy's rules.
std::vector<int64_t> selected(int64_t size, int64_t start, int64_t end, int64_t step) {
  const auto position = [&](int64_t at, int64_t low, int64_t high) {
    if (at < 0) at = std::max(at, -size - 1) + size;
    return std::clamp(at, low, high);
  };
  std::vector<int64_t> indices;
  if (step > 0) {
    const int64_t last = position(end, 0, size);
    for (int64_t at = position(start, 0, size); at < last; at += std::min(step, size)) {
      indices.push_back(at);
    }
  } else {
    const int64_t last = position(end, -1, size - 1);
    for (int64_t at = position(start, -1, size - 1); at > last; at += std::max(step, -size)) {
      indices.push_back(at);
    }
  }
  return indices;
}

Tensors run_slice(const Call& call) {
  const Tensor& data = call.input(0);
  const auto starts = integers(call.input(1)), ends = integers(call.input(2));
  const auto axes =
      call.has(3) ? integers(call.input(3)) : counted(static_cast<int64_t>(starts.size()));
  const auto steps = call.has(4) ? integers(call.input(4)) : std::vector<int64_t>(starts.size(), 1);
  call.require(
      ends.size() == starts.size() && axes.size() == starts.size() && steps.size() == starts.size(),
      "starts, ends, axes and steps differ in length");
  auto maps = whole(data.shape);
  for (size_t i = 0; i < starts.size(); ++i) {
    const size_t axis = checked_axis(call, axes[i], data.shape.size());
    call.require(steps[i] != 0, "a step is 0");
    maps[axis] = selected(data.shape[axis], starts[i], ends[i], steps[i]);
  }
  return {take(call, data, maps)};
}

// Where position `at` of a padded axis comes from; -1 for the constant.
int64_t pad_source(int64_t at, int64_t size, const std::string& mode) {
  if (at >= 0 && at < size) return at;
  if (mode == "constant" || size == 0) return -1;
  if (mode == "edge") return std::clamp(at, int64_t{0}, size - 1);
  if (mode == "wrap") return ((at % size) + size) % size;
  if (size == 1) return 0;
  const int64_t period = 2 * (size - 1);
  const int64_t phase = ((at % period) + period) % period;
  return phase < size ? phase : period - phase;
}

Tensors run_pad(const Call& call) {
  const Tensor& data = call.input(0);
  const auto pads =
      call.has(1) ? integers(call.input(1)) : call.node.attribute("pads", std::vector<int64_t>{});
  auto axes =
      call.has(3) ? integers(call.input(3)) : counted(static_cast<int64_t>(data.shape.size()));
  call.require(pads.size() == 2 * axes.size(), "pads must have two entries per axis");
  const std::string mode = call.text("mode", "constant");
  auto maps = whole(data.shape);
  for (size_t i = 0; i < axes.size(); ++i) {
    const size_t axis = checked_axis(call, axes[i], data.shape.size());
    const int64_t size = data.shape[axis], begin = pads[i];
    int64_t padded = 0;
    call.require(!__builtin_add_overflow(size, begin, &padded) &&
                     !__builtin_add_overflow(padded, pads[i + axes.size()], &padded) && padded >= 0,
                 "its pads are impossible");
    checked_count(call, {padded});
    maps[axis] = counted(padded);
    for (int64_t& at : maps[axis]) at = pad_source(at - begin, size, mode);
  }
  const bool filled = call.has(2) && call.input(2).elements() == 1;
  return {take(call, data, maps, filled ? &call.input(2) : nullptr)};
}

constexpr KernelRow kRows[] = {
    {"Concat", run_concat},       {"Dropout", run_dropout},   {"Expand", run_expand},
    {"Flatten", run_flatten},     {"Identity", run_identity}, {"Pad", run_pad},
    {"Reshape", run_reshape},     {"Slice", run_slice},       {"Split", run_split},
    {"Squeeze", run_squeeze},     {"Tile", run_tile},         {"Transpose", run_transpose},
    {"Unsqueeze", run_unsqueeze},
};

}  // namespace

std::span<const KernelRow> movement_kernels() {
  return kRows;
}

}  // namespace assay
