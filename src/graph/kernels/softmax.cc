// SPDX-License-Identifier: MIT
// Operators on the rows along one axis. Definitions: the ONNX operators of these names, opset 17.
#include <algorithm>
#include <cmath>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// Calls f(values of one row along the axis) for each row; f changes them in place.
template <typename F>
Tensors along_axis(const Call& call, int64_t axis_by_default, F f) {
  const Tensor& data = call.input(0);
  if (data.shape.empty()) call.fail("a scalar has no axis");
  const size_t axis = checked_axis(call, call.integer("axis", axis_by_default), data.shape.size());
  const Split3 split = split_at(data.shape, axis);
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data);
    std::vector<T> y(static_cast<size_t>(x.size())), row(static_cast<size_t>(split.along));
    for (int64_t i = 0; !row.empty() && i < split.outer * split.inner; ++i) {
      const int64_t start = i / split.inner * split.along * split.inner + i % split.inner;
      const auto at = [&](size_t n) { return start + static_cast<int64_t>(n) * split.inner; };
      for (size_t n = 0; n < row.size(); ++n) row[n] = x[at(n)];
      f(row);
      for (size_t n = 0; n < row.size(); ++n) y[static_cast<size_t>(at(n))] = row[n];
    }
    return {to_tensor(data.dtype, data.shape, std::move(y))};
  });
}

// The maximum is taken out first, so that exp does not overflow.
template <bool logarithm>
Tensors run_softmax(const Call& call) {
  return along_axis(call, -1, []<typename T>(std::vector<T>& row) {
    const T top = *std::max_element(row.begin(), row.end());
    T sum{0};
    for (const T value : row) sum += std::exp(value - top);
    for (T& value : row)
      value = logarithm ? value - top - std::log(sum) : std::exp(value - top) / sum;
  });
}

Tensors run_hardmax(const Call& call) {
  return along_axis(call, -1, []<typename T>(std::vector<T>& row) {
    const auto winner = std::max_element(row.begin(), row.end()) - row.begin();
    std::fill(row.begin(), row.end(), T{0});
    row[static_cast<size_t>(winner)] = 1;
  });
}

Tensors run_lp_normalization(const Call& call) {
  const int64_t p = call.integer("p", 2);
  return along_axis(call, -1, [p]<typename T>(std::vector<T>& row) {
    T sum{0};
    for (const T value : row) sum += p == 1 ? std::fabs(value) : value * value;
    const T norm = p == 1 ? sum : std::sqrt(sum);
    for (T& value : row) value = norm == 0 ? 0 : value / norm;
  });
}

constexpr KernelRow kRows[] = {
    {"Hardmax", run_hardmax},
    {"LogSoftmax", run_softmax<true>},
    {"LpNormalization", run_lp_normalization},
    {"Softmax", run_softmax<false>},
};

}  // namespace

std::span<const KernelRow> softmax_kernels() {
  return kRows;
}

}  // namespace assay
