// SPDX-License-Identifier: MIT
// Operators that make or describe tensors: Shape, Size, Range, Constant, Cast, ...
#include <algorithm>
#include <cmath>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

DType onnx_dtype(const Call& call, int64_t number) {
  const DType dtype = dtype_from_onnx(number);
  if (dtype == DType::undefined) call.fail(fmt::format("there is no element type {} here", number));
  return dtype;
}

Tensor cast(const Tensor& from, DType to) {
  if (from.dtype == to) return from;
  return with_number(from.dtype, Accumulate::f64, [&](auto number) {
    using T = decltype(number);
    const Array<T> values(from);
    return to_tensor(to, from.shape, std::vector<T>(values.data(), values.data() + values.size()));
  });
}

Tensors run_cast(const Call& call) {
  return {cast(call.input(0), onnx_dtype(call, call.integer("to", 1)))};
}

Tensors run_cast_like(const Call& call) {
  return {cast(call.input(0), call.input(1).dtype)};
}

Tensors run_shape(const Call& call) {
  const Shape& shape = call.input(0).shape;
  const auto rank = static_cast<int64_t>(shape.size());
  const auto position = [rank](int64_t at) {
    return std::clamp(at < 0 ? at + rank : at, int64_t{0}, rank);
  };
  const int64_t start = position(call.integer("start", 0));
  const int64_t end = std::max(start, position(call.integer("end", rank)));
  const Shape part(shape.begin() + start, shape.begin() + end);
  return {make_i64({end - start}, part)};
}

Tensors run_size(const Call& call) {
  const int64_t count = call.input(0).elements();
  return {make_i64({}, {&count, 1})};
}

Tensors run_constant(const Call& call) {
  for (const auto& [key, attribute] : call.node.attributes) {
    if (const auto* tensor = std::get_if<Tensor>(&attribute)) return {*tensor};
    if (const auto* integer = std::get_if<int64_t>(&attribute)) {
      return {make_i64({}, {integer, 1})};
    }
    if (const auto* real = std::get_if<float>(&attribute)) return {make_f32({}, {real, 1})};
    if (const auto* list = std::get_if<std::vector<int64_t>>(&attribute)) {
      return {make_i64({static_cast<int64_t>(list->size())}, *list)};
    }
    if (const auto* list = std::get_if<std::vector<float>>(&attribute)) {
      return {make_f32({static_cast<int64_t>(list->size())}, *list)};
    }
  }
  call.fail("it has no value");
}

Tensors run_constant_of_shape(const Call& call) {
  const auto found = call.node.attributes.find("value");
  const float zero = 0;
  const Tensor* given =
      found == call.node.attributes.end() ? nullptr : std::get_if<Tensor>(&found->second);
  const Tensor value = given ? viewed(call, *given, {}) : make_f32({}, {&zero, 1});
  const Shape shape = integers(call.input(0));
  checked_count(call, shape);
  return {strided_copy(call, value, shape, Strides(shape.size(), 0))};
}

Tensors run_range(const Call& call) {
  const DType dtype = call.input(0).dtype;
  return with_number(dtype, Accumulate::f64, [&](auto number) -> Tensors {
    using T = decltype(number);
    const T start = Array<T>(call.input(0))[0], limit = Array<T>(call.input(1))[0];
    const T delta = Array<T>(call.input(2))[0];
    call.require(delta != T{0}, "delta is 0");
    const double steps = std::ceil((static_cast<double>(limit) - static_cast<double>(start)) /
                                   static_cast<double>(delta));
    call.require(steps < 1e9, "it has too many elements");
    std::vector<T> values(steps > 0 ? static_cast<size_t>(steps) : 0);
    for (size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<T>(i) * delta;
    const Shape shape = {static_cast<int64_t>(values.size())};
    return {to_tensor(dtype, shape, std::move(values))};
  });
}

Tensors run_eye_like(const Call& call) {
  const Tensor& like = call.input(0);
  call.require(like.shape.size() == 2, "it takes a matrix");
  const int64_t code = call.integer("dtype", 0), diagonal = call.integer("k", 0);
  const int64_t rows = like.shape[0], columns = like.shape[1];
  std::vector<int64_t> values;
  for (int64_t i = 0; i < rows * columns; ++i) {
    values.push_back(i % columns == i / columns + diagonal ? 1 : 0);
  }
  return {to_tensor(code ? onnx_dtype(call, code) : like.dtype, like.shape, std::move(values))};
}

constexpr KernelRow kRows[] = {
    {"Cast", run_cast},         {"CastLike", run_cast_like},
    {"Constant", run_constant}, {"ConstantOfShape", run_constant_of_shape},
    {"EyeLike", run_eye_like},  {"Range", run_range},
    {"Shape", run_shape},       {"Size", run_size},
};

}  // namespace

std::span<const KernelRow> shape_kernels() {
  return kRows;
}

}  // namespace assay
