// SPDX-License-Identifier: MIT
// Operators that compute over whole axes: reductions, softmax, layer normalization.
#include "engines/tensorflow/lowering.h"

namespace assay {
namespace {

TF_Output reduce(Lowering& to, const char* kind, TF_Output x, const std::vector<int64_t>& places,
                 bool keep) {
  return to.add(kind)
      .input(x)
      .input(to.list(places))
      .set("keep_dims", keep)
      .set("T", to.dtype(0))
      .set("Tidx", DType::i64)
      .output();
}

void lower_reduction(Lowering& to) {
  const std::vector<size_t> axes = reduced_axes(to);
  const bool keep = to.attribute("keepdims", int64_t{1}) != 0;
  const Order order = to.order(0);
  std::vector<int64_t> places;
  for (const size_t axis : axes) places.push_back(static_cast<int64_t>(place_of(axis, order)));
  const TF_Output y = reduce(to, to.theirs(), to.in(0, order), places, keep);
  to.give(0, y, order_after_reduction(order, axes, keep));
}

// TensorFlow computes over what stands last.
void lower_softmax(Lowering& to) {
  const size_t axis = to.axis(to.attribute("axis", int64_t{-1}));
  Order order = to.order(0);
  if (order.back() != axis) {
    std::erase(order, axis);
    order.push_back(axis);
  }
  const TF_Output x = to.in(0, order);
  to.give(0, to.add(to.theirs()).input(x).set("T", to.dtype(0)).output(), order);
}

// (x - mean) / sqrt(variance + epsilon) scale + offset over the last axis: Ba et al., 2016, arXiv
// 1607.06450. (TensorFlow's optimizer fuses x f + (offset - mean f) instead, which loses digits
// where the mean is large.)
void lower_layer_normalization(Lowering& to) {
  const size_t rank = to.rank(0), last = rank - 1;
  if (to.node().outputs.size() > 1) to.refuse("only without its mean and deviation");
  if (to.axis(to.attribute("axis", int64_t{-1})) != last) to.refuse("only over the last axis");
  Order order = to.order(0);
  if (order.back() != last) order = plain_order(rank);
  const std::vector<int64_t> place = {static_cast<int64_t>(last)};
  const TF_Output x = to.in(0, order);
  const TF_Output centred = to.binary("Sub", x, reduce(to, "Mean", x, place, true));
  const TF_Output variance = reduce(to, "Mean", to.unary("Square", centred), place, true);
  const TF_Output epsilon = to.scalar(to.attribute("epsilon", 1e-5f));
  const TF_Output factor = to.unary("Rsqrt", to.binary("AddV2", variance, epsilon));
  TF_Output y = to.binary("Mul", to.binary("Mul", centred, factor), to.in(1));
  if (to.has(2)) y = to.binary("AddV2", y, to.in(2));
  to.give(0, y, order);
}

constexpr LoweringRule kRules[] = {
    {"ReduceMean", lower_reduction, "Mean"},     {"ReduceSum", lower_reduction, "Sum"},
    {"ReduceMax", lower_reduction, "Max"},       {"ReduceMin", lower_reduction, "Min"},
    {"ReduceProd", lower_reduction, "Prod"},     {"Softmax", lower_softmax, "Softmax"},
    {"LogSoftmax", lower_softmax, "LogSoftmax"}, {"LayerNormalization", lower_layer_normalization}};

}  // namespace

std::span<const LoweringRule> reduction_lowering() {
  return kRules;
}

}  // namespace assay
