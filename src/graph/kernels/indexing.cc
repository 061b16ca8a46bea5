// SPDX-License-Identifier: MIT
// Operators that pick and place elements by index.
#include <algorithm>
#include <cstring>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

int64_t checked_index(const Call& call, int64_t index, int64_t size) {
  if (index < -size || index >= size) {
    call.fail(fmt::format("index {} is outside of {} elements", index, size));
  }
  return index < 0 ? index + size : index;
}

Shape joined(std::initializer_list<std::span<const int64_t>> parts) {
  Shape shape;
  for (const auto part : parts) shape.insert(shape.end(), part.begin(), part.end());
  return shape;
}

Tensors run_gather(const Call& call) {
  const Tensor &data = call.input(0), &indices = call.input(1);
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  const Split3 split = split_at(data.shape, axis);
  auto picks = integers(indices);
  for (int64_t& pick : picks) pick = checked_index(call, pick, split.along);
  const std::span<const int64_t> sizes = data.shape;
  const Shape shape = joined({sizes.first(axis), indices.shape, sizes.subspan(axis + 1)});
  checked_count(call, shape);
  const Tensor folded = viewed(call, data, {split.outer, split.along, split.inner});
  const Tensor picked = take(call, folded, {counted(split.outer), picks, counted(split.inner)});
  return {viewed(call, picked, shape)};
}

// For each element of `indices` (row-major) its offset in `data` with the index along `axis`.
std::vector<int64_t> element_offsets(const Call& call, const Tensor& data, const Tensor& indices,
                                     size_t axis) {
  call.require(indices.shape.size() == data.shape.size(), "data and indices differ in rank");
  for (size_t d = 0; d < data.shape.size(); ++d) {
    call.require(d == axis || indices.shape[d] <= data.shape[d],
                 "its indices are larger than data");
  }
  Strides others = strides_of(data.shape);
  const int64_t along = others[axis];
  others[axis] = 0;
  const auto picks = integers(indices);
  std::vector<int64_t> offsets;
  walk<1>(indices.shape, {others}, [&](const auto& at) {
    const int64_t pick = checked_index(call, picks[offsets.size()], data.shape[axis]);
    offsets.push_back(at[0] + pick * along);
  });
  return offsets;
}

Tensor picked(const Call& call, const Tensor& data, const std::vector<int64_t>& offsets,
              const Shape& shape) {
  return viewed(call, take(call, viewed(call, data, {data.elements()}), {offsets}), shape);
}

Tensors run_gather_elements(const Call& call) {
  const Tensor &data = call.input(0), &indices = call.input(1);
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  return {picked(call, data, element_offsets(call, data, indices, axis), indices.shape)};
}

// Offsets of the slices that tuples of indices name, in units of elements of data; `batch` leading
// dimensions run along with the tuples.
struct Slices {
  std::vector<int64_t> offsets;
  int64_t size = 1;  // elements of one slice
};

Slices named_slices(const Call& call, const Tensor& data, const Tensor& indices, size_t batch) {
  call.require(!indices.shape.empty() && batch < indices.shape.size(), "its indices have no rank");
  const auto depth = static_cast<size_t>(indices.shape.back());
  call.require(batch + depth <= data.shape.size(), "its index tuples are longer than data's rank");
  const Strides strides = strides_of(data.shape);
  const auto picks = integers(indices);
  Slices slices;
  for (size_t d = batch + depth; d < data.shape.size(); ++d) slices.size *= data.shape[d];
  int64_t tuples_per_batch = 1;
  for (size_t d = batch; d + 1 < indices.shape.size(); ++d) tuples_per_batch *= indices.shape[d];
  const Split3 batches = split_at(data.shape, batch);
  const int64_t batch_size = batches.along * batches.inner;
  const int64_t tuples = depth == 0 ? 0 : indices.elements() / static_cast<int64_t>(depth);
  for (int64_t tuple = 0; tuple < tuples; ++tuple) {
    int64_t offset = batch == 0 ? 0 : tuple / tuples_per_batch * batch_size;
    for (size_t d = 0; d < depth; ++d) {
      const int64_t pick = picks[static_cast<size_t>(tuple) * depth + d];
      offset += checked_index(call, pick, data.shape[batch + d]) * strides[batch + d];
    }
    slices.offsets.push_back(offset);
  }
  return slices;
}

Tensors run_gather_nd(const Call& call) {
  const Tensor &data = call.input(0), &indices = call.input(1);
  const auto batch = static_cast<size_t>(std::max<int64_t>(call.integer("batch_dims", 0), 0));
  const Slices slices = named_slices(call, data, indices, batch);
  std::vector<int64_t> offsets;
  for (const int64_t start : slices.offsets) {
    for (int64_t i = 0; i < slices.size; ++i) offsets.push_back(start + i);
  }
  const std::span<const int64_t> leading = indices.shape, sizes = data.shape;
  const auto depth = static_cast<size_t>(indices.shape.back());
  const Shape shape = joined({leading.first(leading.size() - 1), sizes.subspan(batch + depth)});
  return {picked(call, data, offsets, shape)};
}

// data with updates[i] combined into data[offsets[i]].
Tensor scattered(const Call& call, const Tensor& data, const Tensor& updates,
                 const std::vector<int64_t>& offsets) {
  const std::string reduction = call.text("reduction", "none");
  call.require(updates.elements() == static_cast<int64_t>(offsets.size()),
               "updates and indices do not fit");
  return with_number(data.dtype, call.accumulate, [&](auto number) {
    using T = decltype(number);
    const Array<T> before(data), update(updates);
    std::vector<T> result(before.data(), before.data() + before.size());
    for (size_t i = 0; i < offsets.size(); ++i) {
      T& target = result[static_cast<size_t>(offsets[i])];
      const T value = update[static_cast<int64_t>(i)];
      if (reduction == "add") {
        target += value;
      } else if (reduction == "mul") {
        target *= value;
      } else if (reduction == "max") {
        target = std::max(target, value);
      } else if (reduction == "min") {
        target = std::min(target, value);
      } else {
        target = value;
      }
    }
    return to_tensor(data.dtype, data.shape, std::move(result));
  });
}

Tensors run_scatter_elements(const Call& call) {
  const Tensor &data = call.input(0), &indices = call.input(1);
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  return {scattered(call, data, call.input(2), element_offsets(call, data, indices, axis))};
}

Tensors run_scatter_nd(const Call& call) {
  const Slices slices = named_slices(call, call.input(0), call.input(1), 0);
  std::vector<int64_t> offsets;
  for (const int64_t start : slices.offsets) {
    for (int64_t i = 0; i < slices.size; ++i) offsets.push_back(start + i);
  }
  return {scattered(call, call.input(0), call.input(2), offsets)};
}

Tensors run_one_hot(const Call& call) {
  const Tensor &indices = call.input(0), &values = call.input(2);
  const auto depth = static_cast<int64_t>(scalar(&call.input(1), 0));
  call.require(values.elements() == 2, "it takes two values, off and on");
  Shape shape = indices.shape;
  const size_t axis = checked_axis(call, call.integer("axis", -1), shape.size() + 1);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), depth);
  checked_count(call, shape);
  const Split3 split = split_at(shape, axis);
  const auto hot = integers(indices);
  std::vector<int64_t> choices;
  for (int64_t i = 0; i < split.outer * depth * split.inner; ++i) {
    const int64_t outer = i / (depth * split.inner), at = i / split.inner % depth;
    const int64_t index = hot[static_cast<size_t>(outer * split.inner + i % split.inner)];
    choices.push_back((index < 0 ? index + depth : index) == at ? 1 : 0);
  }
  return {viewed(call, take(call, viewed(call, values, {2}), {choices}), shape)};
}

Tensors run_compress(const Call& call) {
  Tensor data = call.input(0);
  const auto wanted = integers(call.input(1));
  if (!call.node.attributes.contains("axis")) data = viewed(call, data, {data.elements()});
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  std::vector<std::vector<int64_t>> maps;
  for (const int64_t size : data.shape) maps.push_back(counted(size));
  std::erase_if(maps[axis], [&](int64_t at) {
    return at >= static_cast<int64_t>(wanted.size()) || wanted[static_cast<size_t>(at)] == 0;
  });
  return {take(call, data, maps)};
}

Tensors run_non_zero(const Call& call) {
  const Tensor& data = call.input(0);
  const Array<double> values(data);
  std::vector<int64_t> hits;
  for (int64_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0) hits.push_back(i);
  }
  const Strides strides = strides_of(data.shape);
  std::vector<int64_t> places;
  for (size_t d = 0; d < strides.size(); ++d) {
    for (const int64_t hit : hits) places.push_back(hit / strides[d] % data.shape[d]);
  }
  return {
      make_i64({static_cast<int64_t>(strides.size()), static_cast<int64_t>(hits.size())}, places)};
}

constexpr KernelRow kRows[] = {
    {"Compress", run_compress},
    {"Gather", run_gather},
    {"GatherElements", run_gather_elements},
    {"GatherND", run_gather_nd},
    {"NonZero", run_non_zero},
    {"OneHot", run_one_hot},
    {"Scatter", run_scatter_elements},
    {"ScatterElements", run_scatter_elements},
    {"ScatterND", run_scatter_nd},
};

}  // namespace

std::span<const KernelRow> indexing_kernels() {
  return kRows;
}

}  // namespace assay
