// SPDX-License-Identifier: MIT
// Quantized operators: integers are multiplied and added exactly, and rounded once at the end.
// real = (quantized - zero point) * scale. Definitions: the ONNX operators of these names, opset 17
// (blocked scales: 21).
#include <algorithm>
#include <cmath>
#include <functional>

#include "graph/kernels/convolve.h"
#include "graph/kernels/multiply.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

struct Range {
  int64_t low, high;
};

Range range_of(const Call& call, DType dtype) {
  switch (dtype) {
    case DType::u8:
      return {0, 255};
    case DType::i8:
      return {-128, 127};
    case DType::u16:
      return {0, 65535};
    case DType::i16:
      return {-32768, 32767};
    case DType::i32:
      return {INT32_MIN, INT32_MAX};
    default:
      call.fail(fmt::format("{} is no quantized type here", name_of(dtype)));
  }
}

// Rounds to the nearest integer, ties to even, and saturates.
int64_t quantized(double value, int64_t zero_point, Range range) {
  const double shifted = std::nearbyint(value) + static_cast<double>(zero_point);
  return static_cast<int64_t>(
      std::clamp(shifted, static_cast<double>(range.low), static_cast<double>(range.high)));
}

// Which entry of scale and zero point each element of the data has: one for all, one per index of
// `axis`, or one per block of it.
std::vector<int64_t> parameter_indices(const Call& call, const Shape& data, const Shape& scale,
                                       int64_t axis_by_default) {
  const int64_t count = checked_count(call, data);
  if (element_count(scale) == 1) return std::vector<int64_t>(static_cast<size_t>(count), 0);
  const size_t axis = checked_axis(call, call.integer("axis", axis_by_default), data.size());
  const Split3 split = split_at(data, axis);
  const int64_t block = call.integer("block_size", 0);
  std::vector<int64_t> indices;
  indices.reserve(static_cast<size_t>(count));
  if (block > 0) {
    call.require(scale.size() == data.size(), "its blocks do not fit the data");
    const Split3 blocks = split_at(scale, axis);
    call.require(blocks.outer == split.outer && blocks.inner == split.inner &&
                     blocks.along * block >= split.along,
                 "its blocks do not fit the data");
    for (int64_t i = 0; i < count; ++i) {
      const int64_t outer = i / split.inner / split.along, at = i / split.inner % split.along;
      indices.push_back((outer * blocks.along + at / block) * split.inner + i % split.inner);
    }
    return indices;
  }
  call.require(element_count(scale) == split.along, "its scale does not fit the axis");
  for (int64_t i = 0; i < count; ++i) indices.push_back(i / split.inner % split.along);
  return indices;
}

// The zero points of input i, zeros when it is left out.
std::vector<int64_t> zero_points(const Call& call, size_t i, int64_t count) {
  if (!call.has(i)) return std::vector<int64_t>(static_cast<size_t>(count), 0);
  auto points = integers(call.input(i));
  call.require(static_cast<int64_t>(points.size()) == count,
               "its zero point does not fit its scale");
  return points;
}

DType quantized_type(const Call& call) {
  if (call.has(2)) return call.input(2).dtype;
  switch (call.integer("output_dtype", 0)) {
    case 3:
      return DType::i8;
    case 4:
      return DType::u16;
    case 5:
      return DType::i16;
    default:
      return DType::u8;
  }
}

Tensors run_quantize(const Call& call) {
  const Tensor &data = call.input(0), &scales = call.input(1);
  const auto indices = parameter_indices(call, data.shape, scales.shape, 1);
  const auto points = zero_points(call, 2, scales.elements());
  const DType dtype = quantized_type(call);
  const Range range = range_of(call, dtype);
  // Divided in the data's own precision, as the definition does: a tie may fall differently in a
  // wider one.
  return with_float(data.dtype, Accumulate::f32, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data), scale(scales);
    std::vector<int64_t> y;
    for (int64_t i = 0; i < x.size(); ++i) {
      const int64_t k = indices[static_cast<size_t>(i)];
      y.push_back(quantized(x[i] / scale[k], points[static_cast<size_t>(k)], range));
    }
    return {to_tensor(dtype, data.shape, std::move(y))};
  });
}

Tensors run_dequantize(const Call& call) {
  const Tensor &data = call.input(0), &scales = call.input(1);
  const auto indices = parameter_indices(call, data.shape, scales.shape, 1);
  const auto points = zero_points(call, 2, scales.elements());
  return with_float(scales.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<int64_t> x(data);
    const Array<T> scale(scales);
    std::vector<T> y;
    y.reserve(indices.size());
    for (int64_t i = 0; i < x.size(); ++i) {
      const int64_t k = indices[static_cast<size_t>(i)];
      y.push_back(static_cast<T>(x[i] - points[static_cast<size_t>(k)]) * scale[k]);
    }
    return {to_tensor(scales.dtype, data.shape, std::move(y))};
  });
}

// u8 with a range that always contains 0.
Tensors run_dynamic_quantize(const Call& call) {
  const Tensor& data = call.input(0);
  const Array<float> x(data);
  float low = 0, high = 0;
  for (int64_t i = 0; i < x.size(); ++i) low = std::min(low, x[i]), high = std::max(high, x[i]);
  const float scale = high > low ? (high - low) / 255 : 1.0f;
  const int64_t zero_point = quantized(-low / scale, 0, {0, 255});
  std::vector<int64_t> y;
  for (int64_t i = 0; i < x.size(); ++i) y.push_back(quantized(x[i] / scale, zero_point, {0, 255}));
  return {to_tensor(DType::u8, data.shape, std::move(y)), make_f32({}, {&scale, 1}),
          to_tensor(DType::u8, {}, std::vector<int64_t>{zero_point})};
}

// data - zero point as i64. A list of zero points runs along `axis` (from the back).
Tensor centred(const Call& call, const Tensor& data, const Tensor* zero_point, size_t axis) {
  const Array<int64_t> x(data);
  std::vector<int64_t> y(x.data(), x.data() + x.size());
  if (zero_point != nullptr) {
    const auto points = integers(*zero_point);
    Shape shape = zero_point->shape;
    if (points.size() == 1) {
      shape.clear();
    } else if (shape.size() == 1) {
      shape.resize(data.shape.size() - axis, 1);
    }
    call.require(broadcast(call, shape, data.shape) == data.shape, "a zero point does not fit");
    size_t i = 0;
    walk<1>(data.shape, {broadcast_strides(shape, data.shape)},
            [&](const auto& at) { y[i++] -= points[static_cast<size_t>(at[0])]; });
  }
  return to_tensor(DType::i64, data.shape, std::move(y));
}

const Tensor* optional_input(const Call& call, size_t i) {
  return call.has(i) ? call.inputs[i] : nullptr;
}

Tensor centred_rows(const Call& call, size_t data, size_t zero_point) {
  const size_t rank = call.input(data).shape.size();
  return centred(call, call.input(data), optional_input(call, zero_point), rank < 2 ? 0 : rank - 2);
}

Tensor centred_columns(const Call& call, size_t data, size_t zero_point) {
  const size_t rank = call.input(data).shape.size();
  return centred(call, call.input(data), optional_input(call, zero_point),
                 rank == 0 ? 0 : rank - 1);
}

Tensors run_mat_mul_integer(const Call& call) {
  const Array<int64_t> a(centred_rows(call, 0, 2)), b(centred_columns(call, 1, 3));
  auto y = multiply(call, a, b);
  return {to_tensor(DType::i32, y.shape, std::move(y.values))};
}

Tensors run_conv_integer(const Call& call) {
  const Array<int64_t> x(centred(call, call.input(0), optional_input(call, 2), 0));
  const Array<int64_t> w(centred(call, call.input(1), optional_input(call, 3), 0));
  auto y = convolve(call, x, w);
  return {to_tensor(DType::i32, y.shape, std::move(y.values))};
}

// Sums in units of a_scale * b_scale, to the type of the output's zero point; `factor(i)` is the
// ratio of units for element i.
Tensor requantized(const Call& call, const Filled<int64_t>& sums, const Tensor& zero_point,
                   const std::function<double(int64_t)>& factor) {
  const Range range = range_of(call, zero_point.dtype);
  const int64_t point = integers(zero_point).at(0);
  std::vector<int64_t> y;
  y.reserve(sums.values.size());
  for (const int64_t sum : sums.values) {
    const double value = static_cast<double>(sum) * factor(static_cast<int64_t>(y.size()));
    y.push_back(quantized(value, point, range));
  }
  return to_tensor(zero_point.dtype, sums.shape, std::move(y));
}

// Inputs: x, its scale and zero point, w, its scale and zero point, y's scale and zero point, bias.
Tensors run_q_linear_conv(const Call& call) {
  const Array<int64_t> x(centred(call, call.input(0), &call.input(2), 0));
  const Array<int64_t> w(centred(call, call.input(3), &call.input(5), 0));
  auto sums = convolve(call, x, w);
  if (call.has(8)) add_bias(call, sums, Array<int64_t>(call.input(8)));
  const Array<double> w_scale(call.input(4));
  const Split3 split = split_at(sums.shape, 1);
  call.require(w_scale.size() == 1 || w_scale.size() == split.along, "a scale does not fit");
  const double ratio = scalar(&call.input(1), 1) / scalar(&call.input(6), 1);
  return {requantized(call, sums, call.input(7), [&](int64_t i) {
    return ratio * w_scale[w_scale.size() == 1 ? 0 : i / split.inner % split.along];
  })};
}

// Inputs: a, its scale and zero point, b, its scale and zero point, y's scale and zero point. The
// scale of a is one or one per row, that of b one or one per column.
Tensors run_q_linear_mat_mul(const Call& call) {
  const Array<int64_t> a(centred_rows(call, 0, 2)), b(centred_columns(call, 3, 5));
  const auto sums = multiply(call, a, b);
  const Array<double> a_scale(call.input(1)), b_scale(call.input(4));
  const int64_t columns = call.input(3).shape.back();
  const int64_t rows = a.shape().size() < 2 ? 1 : a.shape()[a.shape().size() - 2];
  call.require((a_scale.size() == 1 || a_scale.size() == rows) &&
                   (b_scale.size() == 1 || b_scale.size() == columns),
               "a scale does not fit");
  const double unit = scalar(&call.input(6), 1);
  return {requantized(call, sums, call.input(7), [&](int64_t i) {
    return a_scale[a_scale.size() == 1 ? 0 : i / columns % rows] *
           b_scale[b_scale.size() == 1 ? 0 : i % columns] / unit;
  })};
}

constexpr KernelRow kRows[] = {
    {"ConvInteger", run_conv_integer},
    {"DequantizeLinear", run_dequantize},
    {"DynamicQuantizeLinear", run_dynamic_quantize},
    {"MatMulInteger", run_mat_mul_integer},
    {"QLinearConv", run_q_linear_conv},
    {"QLinearMatMul", run_q_linear_mat_mul},
    {"QuantizeLinear", run_quantize},
};

}  // namespace

std::span<const KernelRow> quantization_kernels() {
  return kRows;
}

}  // namespace assay
