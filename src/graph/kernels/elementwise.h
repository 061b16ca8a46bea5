// SPDX-License-Identifier: MIT
// Loops over elements, given the function of one or two elements. The function is a generic lambda,
// called with the type that the numbers are computed in.
#pragma once

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

// The same function of each element of input 0.
template <typename T, typename F>
Tensor map_elements(const Tensor& tensor, DType result, F f) {
  const Array<T> values(tensor);
  std::vector<T> results(static_cast<size_t>(values.size()));
  for (int64_t i = 0; i < values.size(); ++i)
    results[static_cast<size_t>(i)] = static_cast<T>(f(values[i]));
  return to_tensor(result, tensor.shape, std::move(results));
}

// f of each pair of elements of a and b, broadcast; computed as T, given as R.
template <typename T, typename R, typename F>
Tensor zip_elements(const Call& call, const Tensor& a, const Tensor& b, DType result, F f) {
  const Shape shape = broadcast(call, a.shape, b.shape);
  const Array<T> left(a), right(b);
  std::vector<R> results;
  results.reserve(static_cast<size_t>(checked_count(call, shape)));
  walk<2>(shape, {broadcast_strides(a.shape, shape), broadcast_strides(b.shape, shape)},
          [&](const auto& at) { results.push_back(static_cast<R>(f(left[at[0]], right[at[1]]))); });
  return to_tensor(result, shape, std::move(results));
}

}  // namespace assay
