// SPDX-License-Identifier: MIT
// Operators that give the elements of an input other places; all element types.
#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// data with its dimensions split, permuted and joined again.
Tensor regrouped(const Call& call, const Tensor& data, const Shape& split, const Shape& order,
                 const Shape& shape) {
  const Tensor folded = viewed(call, data, split);
  const Strides own = strides_of(split);
  Shape permuted;
  Strides strides;
  for (const int64_t from : order) {
    permuted.push_back(split[static_cast<size_t>(from)]);
    strides.push_back(own[static_cast<size_t>(from)]);
  }
  return viewed(call, strided_copy(call, folded, permuted, strides), shape);
}

Tensors run_depth_to_space(const Call& call) {
  const Tensor& data = call.input(0);
  const int64_t block = call.integer("blocksize", 1);
  call.require(data.shape.size() == 4 && block > 0 && data.shape[1] % (block * block) == 0,
               "its blocks do not divide the channels of a rank-4 input");
  const int64_t n = data.shape[0], c = data.shape[1] / (block * block), h = data.shape[2],
                w = data.shape[3];
  const Shape shape{n, c, h * block, w * block};
  if (call.text("mode", "DCR") == "CRD") {
    return {regrouped(call, data, {n, c, block, block, h, w}, {0, 1, 4, 2, 5, 3}, shape)};
  }
  return {regrouped(call, data, {n, block, block, c, h, w}, {0, 3, 4, 1, 5, 2}, shape)};
}

Tensors run_space_to_depth(const Call& call) {
  const Tensor& data = call.input(0);
  const int64_t block = call.integer("blocksize", 1);
  call.require(data.shape.size() == 4 && block > 0 && data.shape[2] % block == 0 &&
                   data.shape[3] % block == 0,
               "its blocks do not divide a rank-4 input");
  const int64_t n = data.shape[0], c = data.shape[1], h = data.shape[2] / block,
                w = data.shape[3] / block;
  return {regrouped(call, data, {n, c, h, block, w, block}, {0, 3, 5, 1, 2, 4},
                    {n, c * block * block, h, w})};
}

// result[i] = data[sources[i]] in row-major order; 0 where a source is -1.
Tensor placed(const Call& call, const Tensor& data, const std::vector<int64_t>& sources) {
  return viewed(call, take(call, viewed(call, data, {data.elements()}), {sources}), data.shape);
}

Tensors run_trilu(const Call& call) {
  const Tensor& data = call.input(0);
  call.require(data.shape.size() >= 2, "it takes matrices");
  const bool upper = call.integer("upper", 1) != 0;
  const auto diagonal = static_cast<int64_t>(scalar(call.has(1) ? call.inputs[1] : nullptr, 0));
  const int64_t columns = data.shape.back(), rows = data.shape[data.shape.size() - 2];
  std::vector<int64_t> sources = counted(data.elements());
  for (int64_t& at : sources) {
    const int64_t row = at / columns % rows, column = at % columns;
    if (upper ? column < row + diagonal : column > row + diagonal) at = -1;
  }
  return {placed(call, data, sources)};
}

Tensors run_reverse_sequence(const Call& call) {
  const Tensor& data = call.input(0);
  const auto lengths = integers(call.input(1));
  const size_t time = checked_axis(call, call.integer("time_axis", 0), data.shape.size());
  const size_t batch = checked_axis(call, call.integer("batch_axis", 1), data.shape.size());
  call.require(static_cast<int64_t>(lengths.size()) == data.shape[batch], "it lacks lengths");
  const Strides strides = strides_of(data.shape);
  std::vector<int64_t> sources = counted(data.elements());
  for (int64_t& at : sources) {
    const int64_t step = at / strides[time] % data.shape[time];
    const int64_t length = lengths[static_cast<size_t>(at / strides[batch] % data.shape[batch])];
    call.require(length >= 0 && length <= data.shape[time], "a length is outside of the time axis");
    if (step < length) at += (length - 1 - 2 * step) * strides[time];
  }
  return {placed(call, data, sources)};
}

constexpr KernelRow kRows[] = {
    {"DepthToSpace", run_depth_to_space},
    {"ReverseSequence", run_reverse_sequence},
    {"SpaceToDepth", run_space_to_depth},
    {"Trilu", run_trilu},
};

}  // namespace

std::span<const KernelRow> rearrangement_kernels() {
  return kRows;
}

}  // namespace assay
