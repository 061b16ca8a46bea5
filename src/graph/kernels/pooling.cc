// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"
#include "graph/kernels/space.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// What a window covers: positions in the input's plane, and how many taps lie in input or padding.
struct Cover {
  std::vector<int64_t> positions;
  int64_t with_padding = 0;
};

void cover(const Space& s, const std::array<int64_t, 3>& out, Cover& covered) {
  covered.positions.clear();
  covered.with_padding = 0;
  std::array<int64_t, 3> k{}, at{};
  for (k[0] = 0; k[0] < s.kernel[0]; ++k[0]) {
    for (k[1] = 0; k[1] < s.kernel[1]; ++k[1]) {
      for (k[2] = 0; k[2] < s.kernel[2]; ++k[2]) {
        bool inside = true, padded = true;
        for (size_t d = 0; d < 3; ++d) {
          at[d] = out[d] * s.stride[d] + k[d] * s.dilation[d] - s.pad[d];
          inside = inside && at[d] >= 0 && at[d] < s.input[d];
          padded = padded && at[d] < s.input[d] + s.pad_end[d];
        }
        covered.with_padding += padded;
        if (inside) covered.positions.push_back((at[0] * s.input[1] + at[1]) * s.input[2] + at[2]);
      }
    }
  }
}

// Calls f(output index, start of the plane, cover) for every output element.
template <typename F>
void for_each_window(const Space& s, int64_t planes, F f) {
  Cover covered;
  std::array<int64_t, 3> out{};
  int64_t index = 0;
  for (out[0] = 0; out[0] < s.output[0]; ++out[0]) {
    for (out[1] = 0; out[1] < s.output[1]; ++out[1]) {
      for (out[2] = 0; out[2] < s.output[2]; ++out[2], ++index) {
        cover(s, out, covered);
        for (int64_t plane = 0; plane < planes; ++plane) {
          f(plane * s.output_size() + index, plane * s.input_size(), covered);
        }
      }
    }
  }
}

struct Pooling {
  Space space;
  Shape shape;
  int64_t planes;
};

Pooling pooling_of(const Call& call, bool global) {
  const Shape& input = call.input(0).shape;
  call.require(input.size() >= 3, "it takes at least one spatial dimension");
  if (global) {
    Shape shape(input.size(), 1);
    Space space;
    for (size_t d = 2; d < input.size(); ++d) space.input[2] *= input[d];
    space.kernel[2] = space.input[2];
    shape[0] = input[0], shape[1] = input[1];
    return {space, shape, input[0] * input[1]};
  }
  const Window window = sliding_window(call.node, input, kernel_shape(call, nullptr));
  return {space_of(call, window, input), window_shape(input, input[1], window),
          input[0] * input[1]};
}

// Pools with pool(values, start of the plane, cover).
template <bool global, typename F>
Tensors pooled(const Call& call, F pool) {
  const Pooling p = pooling_of(call, global);
  const Tensor& data = call.input(0);
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data);
    std::vector<T> y(static_cast<size_t>(checked_count(call, p.shape)));
    for_each_window(p.space, p.planes, [&](int64_t out, int64_t plane, const Cover& covered) {
      y[static_cast<size_t>(out)] = pool(x, plane, covered);
    });
    return {to_tensor(data.dtype, p.shape, std::move(y))};
  });
}

template <bool global>
Tensors run_average_pool(const Call& call) {
  const bool with_padding = !global && call.integer("count_include_pad", 0) != 0;
  return pooled<global>(call, [&]<typename T>(const Array<T>& x, int64_t plane, const Cover& c) {
    T sum{0};
    for (const int64_t at : c.positions) sum += x[plane + at];
    const auto count = with_padding ? c.with_padding : static_cast<int64_t>(c.positions.size());
    return sum / static_cast<T>(count);
  });
}

template <bool global>
Tensors run_lp_pool(const Call& call) {
  const auto p = static_cast<double>(call.integer("p", 2));
  return pooled<global>(call, [&]<typename T>(const Array<T>& x, int64_t plane, const Cover& c) {
    T sum{0};
    for (const int64_t at : c.positions) {
      sum += std::pow(std::fabs(x[plane + at]), static_cast<T>(p));
    }
    return std::pow(sum, static_cast<T>(1 / p));
  });
}

// A position in a plane with the first spatial dimension running fastest (storage_order 1).
int64_t column_major(const Space& s, int64_t at) {
  const int64_t w = at % s.input[2], h = at / s.input[2] % s.input[1],
                d = at / s.input[2] / s.input[1];
  return d + s.input[0] * (h + s.input[1] * w);
}

template <bool global>
Tensors run_max_pool(const Call& call) {
  const Pooling p = pooling_of(call, global);
  const bool by_columns = call.integer("storage_order", 0) != 0;
  const Tensor& data = call.input(0);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data);
    const auto count = static_cast<size_t>(checked_count(call, p.shape));
    constexpr bool endless = std::numeric_limits<T>::has_infinity;
    std::vector<T> y(
        count, endless ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest());
    std::vector<int64_t> places(count, -1);
    for_each_window(p.space, p.planes, [&](int64_t out, int64_t plane, const Cover& covered) {
      const auto o = static_cast<size_t>(out);
      for (const int64_t at : covered.positions) {
        const T value = x[plane + at];
        if (places[o] >= 0 && !(value > y[o]) && value == value) continue;
        y[o] = value;
        places[o] = plane + (by_columns ? column_major(p.space, at) : at);
        if (value != value) break;  // NaN wins
      }
    });
    return {to_tensor(data.dtype, p.shape, std::move(y)), make_i64(p.shape, places)};
  });
}

constexpr KernelRow kRows[] = {
    {"AveragePool", run_average_pool<false>}, {"GlobalAveragePool", run_average_pool<true>},
    {"GlobalLpPool", run_lp_pool<true>},      {"GlobalMaxPool", run_max_pool<true>},
    {"LpPool", run_lp_pool<false>},           {"MaxPool", run_max_pool<false>},
};

}  // namespace

std::span<const KernelRow> pooling_kernels() {
  return kRows;
}

}  // namespace assay
