// SPDX-License-Identifier: MIT
// Products of matrices.
#include <utility>

#include "engines/tensorflow/lowering.h"
#include "graph/kernels/half.h"

namespace assay {
namespace {

TF_Output scaled(Lowering& to, TF_Output x, float factor) {
  if (factor == 1) return x;
  return to.binary("Mul", x, to.scalar(factor));
}

// Its constants would be copied too often (lowering.h) until they are bf16.
constexpr int64_t kLargestMixed = 4 << 20;  // elements

TF_Output cast(Lowering& to, TF_Output x, DType from, DType target) {
  return to.add("Cast").input(x).set("SrcT", from).set("DstT", target).output();
}

Tensor as_bf16(const Tensor& tensor) {
  if (tensor.declared_only()) return declare(DType::bf16, tensor.shape);
  std::vector<uint16_t> values;
  values.reserve(static_cast<size_t>(tensor.elements()));
  for (const float value : tensor.as<float>()) values.push_back(to_bfloat16(value).bits);
  return make_tensor(DType::bf16, tensor.shape, std::as_bytes(std::span(values)));
}

TF_Output product_in_bf16(Lowering& to, const Tensor& factor) {
  const TF_Output x = cast(to, to.in(0, plain_order(2)), DType::f32, DType::bf16);
  const TF_Output y = to.add("MatMul")
                          .input(x)
                          .input(to.variable_of(as_bf16(factor)))
                          .set("transpose_a", to.attribute("transA", int64_t{0}) != 0)
                          .set("transpose_b", to.attribute("transB", int64_t{0}) != 0)
                          .set("T", DType::bf16)
                          .output();
  return cast(to, y, DType::bf16, DType::f32);
}

// A MatMul may keep its right factor (TF_ONEDNN_ASSUME_FROZEN_WEIGHTS, api.cc), a BatchMatMul does
// not.
TF_Output product(Lowering& to) {
  const Tensor* factor = to.constant(1);
  if (factor && to.weights() == Weights::constants && factor->elements() > kLargestMixed)
    return product_in_bf16(to, *factor);
  return to.add(factor ? "MatMul" : "BatchMatMulV2")
      .input(to.in(0, plain_order(2)))
      .input(to.in(1, plain_order(2)))
      .set(factor ? "transpose_a" : "adj_x", to.attribute("transA", int64_t{0}) != 0)
      .set(factor ? "transpose_b" : "adj_y", to.attribute("transB", int64_t{0}) != 0)
      .set("T", to.dtype(0))
      .output();
}

void lower_gemm(Lowering& to) {
  TF_Output y = product(to);
  y = scaled(to, y, to.attribute("alpha", 1.0f));
  if (to.has(2)) {
    const float beta = to.attribute("beta", 1.0f);
    const bool vector = to.rank(2) == 1 && to.shape(2)[0] == to.result_shape()[1];
    const TF_Output bias = scaled(to, to.in(2, plain_order(to.rank(2))), beta);
    y = to.add(vector ? "BiasAdd" : "AddV2").input(y).input(bias).set("T", to.dtype(0)).output();
  }
  to.give(0, y, plain_order(2));
}

// x [..., K] times a constant matrix [K, M]: one product, for which TensorFlow has more fusions
// than for a batch of them.
void times_constant_matrix(Lowering& to) {
  const Shape& left = to.shape(0);
  const int64_t inner = left.back();
  const TF_Output x = to.in(0, plain_order(left.size()));
  const TF_Output y = to.add("MatMul")
                          .input(to.reshape(x, to.dtype(0), {element_count(left) / inner, inner}))
                          .input(to.in(1, plain_order(2)))
                          .set("T", to.dtype(0))
                          .output();
  to.give(0, to.reshape(y, to.dtype(0), to.result_shape()), plain_order(left.size()));
}

void lower_matmul(Lowering& to) {
  if (to.rank(0) < 2 || to.rank(1) < 2) to.refuse("only of matrices");
  if (to.rank(0) > 2 && to.rank(1) == 2 && to.constant(1)) return times_constant_matrix(to);
  // A right factor that lies transposed is multiplied as it lies.
  const Order plain = plain_order(to.rank(1));
  Order swapped = plain;
  std::swap(swapped[swapped.size() - 1], swapped[swapped.size() - 2]);
  const bool transposed = to.order(1) == swapped;
  const TF_Output a = to.in(0, plain_order(to.rank(0)));
  to.give(0,
          to.add("BatchMatMulV2")
              .input(a)
              .input(to.in(1, transposed ? swapped : plain))
              .set("adj_y", transposed)
              .set("T", to.dtype(0))
              .output(),
          plain_order(to.result_shape().size()));
}

constexpr LoweringRule kRules[] = {{"Gemm", lower_gemm}, {"MatMul", lower_matmul}};

}  // namespace

std::span<const LoweringRule> matrix_lowering() {
  return kRules;
}

}  // namespace assay
