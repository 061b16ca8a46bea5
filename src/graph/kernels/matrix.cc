// SPDX-License-Identifier: MIT
#include "graph/kernels/einsum.h"
#include "graph/kernels/elementwise.h"
#include "graph/kernels/multiply.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

Tensors run_mat_mul(const Call& call) {
  const DType dtype = call.input(0).dtype;
  return with_number(dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    auto y = multiply(call, Array<T>(call.input(0)), Array<T>(call.input(1)));
    return {to_tensor(dtype, y.shape, std::move(y.values))};
  });
}

Tensor transposed(const Call& call, const Tensor& matrix) {
  return strided_copy(call, matrix, {matrix.shape[1], matrix.shape[0]}, {1, matrix.shape[1]});
}

// alpha A' B' + beta C
Tensors run_gemm(const Call& call) {
  const DType dtype = call.input(0).dtype;
  Tensor a = call.input(0), b = call.input(1);
  call.require(a.shape.size() == 2 && b.shape.size() == 2, "it takes matrices");
  if (call.integer("transA", 0) != 0) a = transposed(call, a);
  if (call.integer("transB", 0) != 0) b = transposed(call, b);
  return with_number(dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const T alpha = static_cast<T>(call.real("alpha", 1)),
            beta = static_cast<T>(call.real("beta", 1));
    auto y = multiply(call, Array<T>(a), Array<T>(b));
    for (T& value : y.values) value *= alpha;
    if (call.has(2)) {
      const Array<T> c(call.input(2));
      call.require(broadcast(call, c.shape(), y.shape) == y.shape, "C does not fit the product");
      size_t i = 0;
      walk<1>(y.shape, {broadcast_strides(c.shape(), y.shape)},
              [&](const auto& at) { y.values[i++] += beta * c[at[0]]; });
    }
    return {to_tensor(dtype, y.shape, std::move(y.values))};
  });
}

constexpr size_t kMostOperands = 8;

// Strides of one operand over the labels of `order`; a label that repeats walks a diagonal.
Strides label_strides(const std::string& labels, const Shape& shape, const std::string& order) {
  const Strides own = strides_of(shape);
  Strides strides(order.size(), 0);
  for (size_t d = 0; d < labels.size(); ++d) {
    if (shape[d] != 1) strides[order.find(labels[d])] += own[d];
  }
  return strides;
}

Tensors run_einsum(const Call& call) {
  const size_t count = call.inputs.size();
  call.require(count >= 1 && count <= kMostOperands, "it takes 1 to 8 inputs");
  std::vector<Shape> shapes;
  for (size_t i = 0; i < count; ++i) shapes.push_back(call.input(i).shape);
  const Einsum einsum = parse_einsum(call.text("equation", ""), shapes);
  const std::string order = einsum.order();
  Shape space, result;
  for (const char label : order) space.push_back(einsum.sizes.at(label));
  for (const char label : einsum.result) result.push_back(einsum.sizes.at(label));
  checked_count(call, result);
  std::array<Strides, kMostOperands + 1> strides;  // of the operands, then of the result
  strides.fill(Strides(order.size(), 0));
  for (size_t i = 0; i < count; ++i)
    strides[i] = label_strides(einsum.operands[i], shapes[i], order);
  strides[kMostOperands] = label_strides(einsum.result, result, order);
  const DType dtype = call.input(0).dtype;
  return with_number(dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    std::vector<Array<T>> operands;
    operands.reserve(count);
    for (size_t i = 0; i < count; ++i) operands.emplace_back(call.input(i));
    std::vector<T> sums(static_cast<size_t>(element_count(result)), T{0});
    walk(space, strides, [&](const auto& at) {
      T product{1};
      for (size_t i = 0; i < count; ++i) product *= operands[i][at[i]];
      sums[static_cast<size_t>(at[kMostOperands])] += product;
    });
    return {to_tensor(dtype, result, std::move(sums))};
  });
}

constexpr KernelRow kRows[] = {
    {"Einsum", run_einsum},
    {"Gemm", run_gemm},
    {"MatMul", run_mat_mul},
};

}  // namespace

std::span<const KernelRow> matrix_kernels() {
  return kRows;
}

}  // namespace assay
