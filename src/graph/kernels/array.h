// SPDX-License-Identifier: MIT
// Array<T> is a Tensor's elements as the type that a kernel computes with: float or double for
// every floating-point type, int64_t (uint64_t for u64) for integers and booleans. It borrows the
// bytes where the types agree and converts otherwise. to_tensor goes back: integers wrap, floating
// point rounds to nearest, and a fraction on its way to an integer is cut off.
#pragma once

#include <vector>

#include "graph/execute.h"

namespace assay {

template <typename T>
class Array {
 public:
  explicit Array(const Tensor& tensor);
  Array(Array&&) noexcept = default;  // x_values points into x_owned, which only a move keeps
  const Shape& shape() const { return x_tensor.shape; }
  int64_t size() const { return static_cast<int64_t>(x_values.size()); }
  const T* data() const { return x_values.data(); }
  T operator[](int64_t i) const { return x_values[static_cast<size_t>(i)]; }

 private:
  Tensor x_tensor;  // keeps borrowed bytes alive
  std::vector<T> x_owned;
  std::span<const T> x_values;
};

template <typename T>
Tensor to_tensor(DType dtype, Shape shape, std::vector<T> values);

// Integers of a small tensor such as a shape, axes or pads.
std::vector<int64_t> integers(const Tensor& tensor);
// The only element of a tensor; `otherwise` when it is null.
double scalar(const Tensor* tensor, double otherwise);

// Calls f with a value of the type that numbers of `dtype` are computed in.
template <typename F>
auto with_number(DType dtype, Accumulate accumulate, F f) {
  if (dtype == DType::u64) return f(uint64_t{});
  if (!is_floating(dtype)) return f(int64_t{});
  if (dtype == DType::f64 || accumulate == Accumulate::f64) return f(double{});
  return f(float{});
}

// The same for operators that are defined on floating point only.
template <typename F>
auto with_float(DType dtype, Accumulate accumulate, F f) {
  if (dtype == DType::f64 || accumulate == Accumulate::f64) return f(double{});
  return f(float{});
}

}  // namespace assay
