// SPDX-License-Identifier: MIT
#include "graph/kernels/multiply.h"

#include "graph/kernels/index.h"

namespace assay {

namespace {

Shape leading(const Shape& shape) {
  return {shape.begin(), shape.end() - 2};
}

}  // namespace

template <typename T>
Filled<T> multiply(const Call& call, const Array<T>& a, const Array<T>& b) {
  Shape left = a.shape(), right = b.shape();
  call.require(!left.empty() && !right.empty(), "a scalar has no matrix product");
  const bool row = left.size() == 1, column = right.size() == 1;
  if (row) left.insert(left.begin(), 1);
  if (column) right.push_back(1);
  const int64_t m = left[left.size() - 2], depth = left.back(), n = right.back();
  if (right[right.size() - 2] != depth) {
    call.fail(fmt::format("{} and {} have no matrix product", to_string(a.shape()),
                          to_string(b.shape())));
  }
  const Shape batch = broadcast(call, leading(left), leading(right));
  Filled<T> y{batch, {}};
  if (!row) y.shape.push_back(m);
  if (!column) y.shape.push_back(n);
  y.values.assign(static_cast<size_t>(checked_count(call, y.shape)), T{0});
  T* out = y.values.data();
  walk<2>(batch,
          {broadcast_strides(leading(left), batch), broadcast_strides(leading(right), batch)},
          [&](const auto& at) {
            for (int64_t i = 0; i < m; ++i, out += n) {
              for (int64_t k = 0; k < depth; ++k) {
                const T factor = a[(at[0] * m + i) * depth + k];
                const T* from = b.data() + (at[1] * depth + k) * n;
                for (int64_t j = 0; j < n; ++j) out[j] += factor * from[j];
              }
            }
          });
  return y;
}

template Filled<float> multiply(const Call&, const Array<float>&, const Array<float>&);
template Filled<double> multiply(const Call&, const Array<double>&, const Array<double>&);
template Filled<int64_t> multiply(const Call&, const Array<int64_t>&, const Array<int64_t>&);
template Filled<uint64_t> multiply(const Call&, const Array<uint64_t>&, const Array<uint64_t>&);

}  // namespace assay
