// SPDX-License-Identifier: MIT
#include "graph/kernels/index.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "graph/kernels/array.h"

namespace assay {

const Tensor& Call::input(size_t i) const {
  if (!has(i)) fail(fmt::format("input {} is left out", i));
  return *inputs[i];
}

void Call::fail(const std::string& why) const {
  throw Error("node '{}' ({}): {}", node.name, node.op, why);
}

int64_t Call::integer(std::string_view key, int64_t otherwise) const {
  return node.attribute(key, otherwise);
}

std::string Call::text(std::string_view key, const char* otherwise) const {
  return node.attribute(key, otherwise);
}

float Call::real(std::string_view key, float otherwise) const {
  return node.attribute(key, otherwise);
}

Strides strides_of(const Shape& shape) {
  Strides strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

Shape broadcast(const Call& call, const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (size_t back = 1; back <= result.size(); ++back) {
    const int64_t left = back <= a.size() ? a[a.size() - back] : 1;
    const int64_t right = back <= b.size() ? b[b.size() - back] : 1;
    if (left != right && left != 1 && right != 1) {
      call.fail(fmt::format("shapes {} and {} do not broadcast", to_string(a), to_string(b)));
    }
    result[result.size() - back] = left == 1 ? right : left;
  }
  return result;
}

Strides broadcast_strides(const Shape& from, const Shape& to) {
  ASSAY_CHECK(from.size() <= to.size());
  const Strides own = strides_of(from);
  Strides result(to.size(), 0);
  const size_t missing = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d) result[missing + d] = from[d] == 1 ? 0 : own[d];
  return result;
}

size_t checked_axis(const Call& call, int64_t axis, size_t rank) {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank) {
    call.fail(fmt::format("axis {} is outside rank {}", axis, rank));
  }
  return static_cast<size_t>(axis < 0 ? axis + signed_rank : axis);
}

std::vector<int64_t> axes_of(const Call& call, size_t i) {
  if (call.has(i)) return integers(call.input(i));
  return call.node.attribute("axes", std::vector<int64_t>{});
}

Split3 split_at(const Shape& shape, size_t axis) {
  Split3 split;
  for (size_t d = 0; d < shape.size(); ++d) {
    (d < axis ? split.outer : d == axis ? split.along : split.inner) *= shape[d];
  }
  return split;
}

int64_t checked_count(const Call& call, const Shape& shape) {
  constexpr int64_t kMostElements = int64_t{1} << 32;
  const int64_t count = element_count(shape);
  if (count > kMostElements) call.fail(fmt::format("its result {} is too large", to_string(shape)));
  return count;
}

Tensor viewed(const Call& call, const Tensor& tensor, Shape shape) {
  if (element_count(shape) != tensor.elements()) {
    call.fail(fmt::format("{} does not have the elements of {}", to_string(shape),
                          to_string(tensor.shape)));
  }
  return {tensor.dtype, std::move(shape), tensor.bytes};
}

namespace {

// A tensor whose bytes `write` fills.
template <typename F>
Tensor written(const Call& call, DType dtype, const Shape& shape, F write) {
  const auto bytes = static_cast<size_t>(checked_count(call, shape)) * size_of(dtype);
  std::shared_ptr<std::byte[]> buffer(new std::byte[std::max<size_t>(bytes, 1)]);
  write(buffer.get());
  return {dtype, shape, std::shared_ptr<const std::byte>(buffer, buffer.get())};
}

}  // namespace

Tensor strided_copy(const Call& call, const Tensor& tensor, const Shape& shape,
                    const Strides& strides) {
  const size_t size = size_of(tensor.dtype);
  return written(call, tensor.dtype, shape, [&](std::byte* out) {
    walk<1>(shape, {strides}, [&](const auto& offsets) {
      std::memcpy(out, tensor.bytes.get() + static_cast<size_t>(offsets[0]) * size, size);
      out += size;
    });
  });
}

Tensor take(const Call& call, const Tensor& tensor, const std::vector<std::vector<int64_t>>& maps,
            const Tensor* fill) {
  ASSAY_CHECK(maps.size() == tensor.shape.size());
  const size_t size = size_of(tensor.dtype);
  const Strides strides = strides_of(tensor.shape);
  Shape shape;
  for (const auto& map : maps) shape.push_back(static_cast<int64_t>(map.size()));
  const std::vector<std::byte> zero(size, std::byte{0});
  const std::byte* filling = fill ? fill->bytes.get() : zero.data();
  return written(call, tensor.dtype, shape, [&](std::byte* out) {
    const int64_t count = element_count(shape);
    std::vector<size_t> index(shape.size(), 0);
    for (int64_t n = 0; n < count; ++n, out += size) {
      int64_t offset = 0;
      bool inside = true;
      for (size_t d = 0; d < maps.size(); ++d) {
        inside = inside && maps[d][index[d]] >= 0;
        offset += maps[d][index[d]] * strides[d];
      }
      std::memcpy(out, inside ? tensor.bytes.get() + static_cast<size_t>(offset) * size : filling,
                  size);
      for (size_t d = maps.size(); d-- > 0;) {
        if (++index[d] < maps[d].size()) break;
        index[d] = 0;
      }
    }
  });
}

std::vector<int64_t> counted(int64_t count) {
  std::vector<int64_t> numbers(static_cast<size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace assay
