// SPDX-License-Identifier: MIT
// Index arithmetic that kernels share: row-major strides, broadcasting (numpy's rules), axes, and
// the two copies that most data movement is made of.
#pragma once

#include <array>
#include <vector>

#include "graph/kernels/kernel.h"

namespace assay {

using Strides = std::vector<int64_t>;  // in elements

Strides strides_of(const Shape& shape);
// numpy's rule; fails the call when the shapes do not fit.
Shape broadcast(const Call& call, const Shape& a, const Shape& b);
// Strides that walk `from` while an index runs over `to`: 0 where a dimension is repeated.
Strides broadcast_strides(const Shape& from, const Shape& to);
// 0 <= result < rank; fails the call otherwise.
size_t checked_axis(const Call& call, int64_t axis, size_t rank);
// The axes given as input `i` or as attribute "axes"; empty when neither is there.
std::vector<int64_t> axes_of(const Call& call, size_t i);
// Elements before, along and after an axis.
struct Split3 {
  int64_t outer = 1, along = 1, inner = 1;
};
Split3 split_at(const Shape& shape, size_t axis);
// element_count, and fails the call when the result is too large to be held.
int64_t checked_count(const Call& call, const Shape& shape);

// The same bytes under another shape.
Tensor viewed(const Call& call, const Tensor& tensor, Shape shape);
// result[i] = tensor[i . strides].
Tensor strided_copy(const Call& call, const Tensor& tensor, const Shape& shape,
                    const Strides& strides);
// result[i0, i1, ...] = tensor[maps[0][i0], maps[1][i1], ...], or `fill` (one element of the
// tensor's type) where a map says -1.
Tensor take(const Call& call, const Tensor& tensor, const std::vector<std::vector<int64_t>>& maps,
            const Tensor* fill = nullptr);
// 0, 1, ..., count - 1.
std::vector<int64_t> counted(int64_t count);

// Calls f(offsets) for each index of the shape in row-major order; offsets[k] = index . strides[k].
template <size_t N, typename F>
void walk(const Shape& shape, const std::array<Strides, N>& strides, F f) {
  const int64_t count = element_count(shape);
  std::vector<int64_t> index(shape.size(), 0);
  std::array<int64_t, N> offsets{};
  for (int64_t n = 0; n < count; ++n) {
    f(offsets);
    for (size_t d = shape.size(); d-- > 0;) {
      for (size_t k = 0; k < N; ++k) offsets[k] += strides[k][d];
      if (++index[d] < shape[d]) break;
      for (size_t k = 0; k < N; ++k) offsets[k] -= strides[k][d] * shape[d];
      index[d] = 0;
    }
  }
}

}  // namespace assay
