// SPDX-License-Identifier: MIT
// Products of matrices, and what else looks along an axis.
#include "engines/caffe2/lowering.h"

namespace assay {
namespace {

// Caffe2's linear layer has a bias always.
std::string no_bias(Lowering& to, int64_t size) {
  return to.weight(make_f32({size}, std::vector<float>(static_cast<size_t>(size))));
}

void lower_gemm(Lowering& to) {
  if (to.attribute("alpha", 1.0f) != 1 || to.attribute("beta", 1.0f) != 1)
    to.refuse("only with alpha 1 and beta 1");
  if (to.attribute("transA", int64_t{0}) != 0) to.refuse("only with its left factor as it is");
  const bool out_by_in = to.attribute("transB", int64_t{0}) != 0;
  const int64_t columns = to.result_shape()[1];
  const char* type = out_by_in ? "FC" : "FCTransposed";
  if (!to.has(2) || to.shape(2) == Shape{columns}) {
    const std::string bias = to.has(2) ? to.in(2) : no_bias(to, columns);
    to.add(type, {to.in(0), to.in(1), bias}, to.out());
    return;
  }
  const std::string product = to.fresh();
  to.add(type, {to.in(0), to.in(1), no_bias(to, columns)}, product);
  to.add("Add", {product, to.in(2)}, to.out());
}

void lower_matmul(Lowering& to) {
  if (to.rank(0) < 2 || to.rank(1) < 2) to.refuse("only of matrices");
  if (to.rank(1) == 2) {
    const std::string bias = no_bias(to, to.shape(1)[1]);
    to.add("FCTransposed", {to.in(0), to.in(1), bias}, to.out())
        .set("axis", static_cast<int64_t>(to.rank(0)) - 1);
    return;
  }
  to.add("BatchMatMul", {to.in(0), to.in(1)}, to.out()).set("broadcast", int64_t{1});
}

// Caffe2's is over all axes from the given one.
void softmax(Lowering& to, const std::string& result) {
  const size_t axis = to.axis(to.attribute("axis", int64_t{-1}));
  const Shape& shape = to.shape(0);
  const Shape behind(shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end());
  if (element_count(behind) != 1) to.refuse("only over the last axis");
  to.add("Softmax", {to.in(0)}, result).set("axis", static_cast<int64_t>(axis));
}

void lower_softmax(Lowering& to) {
  softmax(to, to.out());
}

void lower_log_softmax(Lowering& to) {
  const std::string shares = to.fresh();
  softmax(to, shares);
  to.add("Log", {shares}, to.out());
}

void lower_reduction(Lowering& to) {
  const auto reduced = reduced_axes(to);
  const std::vector<int64_t> axes(reduced.begin(), reduced.end());
  to.add(to.theirs(), {to.in(0)}, to.out())
      .set("axes", axes)
      .set("keepdims", to.attribute("keepdims", int64_t{1}));
}

constexpr LoweringRule kRules[] = {{"Gemm", lower_gemm},
                                   {"MatMul", lower_matmul},
                                   {"Softmax", lower_softmax},
                                   {"LogSoftmax", lower_log_softmax},
                                   {"ReduceMax", lower_reduction, "ReduceMax"},
                                   {"ReduceMean", lower_reduction, "ReduceMean"},
                                   {"ReduceMin", lower_reduction, "ReduceMin"},
                                   {"ReduceSum", lower_reduction, "ReduceSum"}};

}  // namespace

std::span<const LoweringRule> matrix_lowering() {
  return kRules;
}

}  // namespace assay
