// SPDX-License-Identifier: MIT
// Products of matrices, and operators that compute over whole axes.
#include <algorithm>
#include <utility>

#include "engines/litert/integer_layer.h"

namespace assay {
namespace {

// A weight [M, K] that is stored as it is or as [K, M].
struct Rows {
  const Tensor& weight;
  bool stored;
  Tensor of(const Tensor& tensor) const { return stored ? tensor : transposed(tensor, {1, 0}); }
  size_t channels_axis() const { return stored ? 0 : 1; }
};

// x [..., K] times the weight, plus a bias [M]. Integers whose products nothing quantizes are
// multiplied too, on a grid that LiteRT chooses for each row of x.
void fully_connected(Lowering& to, int x, const Rows& rows, const Tensor* bias) {
  const Shape& result = to.result_shape();
  const Order plain = plain_order(result.size());
  TfliteOptions options{8, {{2, result.size() > 2}}};
  if (const auto integers = integer_layer(to, rows.channels_axis())) {
    options.fields.push_back({0, integers->output.activation});
    const int weight = to.integer_constant(rows.of(integers->weight), integers->scales, 0);
    const int offset = to.integer_constant(integers->bias, integers->bias_scales, 0);
    const int y = to.add_on(integers->output.grid, TfliteOp::fully_connected, {x, weight, offset},
                            result, options);
    return to.give_integers(integers->output, y, plain);
  }
  const int64_t channels = result.back();
  const std::vector<float> zeros(static_cast<size_t>(channels));
  const int offset = to.constant_of(bias ? *bias : make_f32({channels}, zeros));
  const IntegerConstant* integers = integer_weight(to, rows.channels_axis());
  const bool dynamic = integers && to.stored_grid(0);
  if (dynamic) options.fields.push_back({3, true});  // asymmetric
  const int weight = dynamic ? to.integer_constant(rows.of(integers->values), integers->scales, 0)
                             : to.constant_of(rows.of(rows.weight));
  to.give(0,
          to.add(TfliteOp::fully_connected, {to.as_f32(x), weight, offset}, DType::f32, result,
                 options),
          plain);
}

void lower_gemm(Lowering& to) {
  const Tensor* weight = to.constant(1);
  const Tensor* bias = to.constant(2);
  if (!weight || (to.has(2) && !bias)) to.refuse("only with constant weights");
  if (to.attribute("alpha", 1.0f) != 1 || (bias && to.attribute("beta", 1.0f) != 1))
    to.refuse("only without factors");
  if (bias && (bias->shape.size() != 1 || bias->shape[0] != to.result_shape()[1]))
    to.refuse("only with a bias for each column");
  int x = to.stored(0, plain_order(2));
  if (to.attribute("transA", int64_t{0}) != 0)
    x = to.transpose(x, DType::f32, {1, 0}, placed(to.shape(0), {1, 0}));
  fully_connected(to, x, {*weight, to.attribute("transB", int64_t{0}) != 0}, bias);
}

void lower_matmul(Lowering& to) {
  if (to.rank(0) < 2 || to.rank(1) < 2) to.refuse("only of matrices");
  const Order result = plain_order(to.result_shape().size());
  if (to.constant(1) && to.rank(1) == 2)
    return fully_connected(to, to.stored(0, plain_order(to.rank(0))), {*to.constant(1), false},
                           nullptr);
  const int a = to.in(0, plain_order(to.rank(0)));
  // A right factor that lies transposed is multiplied as it lies.
  const Order plain = plain_order(to.rank(1));
  Order swapped = plain;
  std::swap(swapped[swapped.size() - 1], swapped[swapped.size() - 2]);
  const bool lies_transposed = to.order(1) == swapped;
  const int b = to.in(1, lies_transposed ? swapped : plain);
  to.give(0,
          to.add(TfliteOp::batch_matmul, {a, b}, DType::f32, to.result_shape(),
                 {101, {{1, lies_transposed}}}),
          result);
}

int reduce(Lowering& to, TfliteOp op, int x, const std::vector<int64_t>& places, bool keep) {
  Shape shape;
  const Shape& whole = to.shape_in_file(x);
  for (size_t i = 0; i < whole.size(); ++i) {
    const bool reduced = std::ranges::count(places, static_cast<int64_t>(i)) > 0;
    if (!reduced || keep) shape.push_back(reduced ? 1 : whole[i]);
  }
  return to.add(op, {x, to.list(places)}, DType::f32, shape, {27, {{0, keep}}});
}

void lower_reduction(Lowering& to) {
  if (to.dtype(0) != DType::f32) to.refuse("only of f32");
  const std::vector<size_t> axes = reduced_axes(to);
  const bool keep = to.attribute("keepdims", int64_t{1}) != 0;
  const Order order = to.order(0);
  std::vector<int64_t> places;
  for (const size_t axis : axes) places.push_back(static_cast<int64_t>(place_of(axis, order)));
  to.give(0, reduce(to, to.theirs(), to.in(0, order), places, keep),
          order_after_reduction(order, axes, keep));
}

// Computed over what stands last.
void lower_softmax(Lowering& to) {
  const size_t axis = to.axis(to.attribute("axis", int64_t{-1}));
  Order order = to.order(0);
  if (order.back() != axis) {
    std::erase(order, axis);
    order.push_back(axis);
  }
  const int x = to.in(0, order);
  const bool plain = to.theirs() == TfliteOp::softmax;
  const TfliteOptions options = plain ? TfliteOptions{9, {{0, 1.0f}}} : TfliteOptions{};
  to.give(0, to.add(to.theirs(), {x}, DType::f32, to.shape_in_file(x), options), order);
}

// (x - mean) / sqrt(variance + epsilon) scale + offset over the last axis: Ba et al., 2016, arXiv
// 1607.06450.
void lower_layer_normalization(Lowering& to) {
  const size_t rank = to.rank(0), last = rank - 1;
  if (to.node().outputs.size() > 1) to.refuse("only without its mean and deviation");
  if (to.axis(to.attribute("axis", int64_t{-1})) != last) to.refuse("only over the last axis");
  Order order = to.order(0);
  if (order.back() != last) order = plain_order(rank);
  const std::vector<int64_t> place = {static_cast<int64_t>(last)};
  const int x = to.in(0, order);
  const int mean = reduce(to, TfliteOp::mean, x, place, true);
  const int centred = to.binary(TfliteOp::sub, x, mean);
  const int squares = to.binary(TfliteOp::mul, centred, centred);
  const int variance = reduce(to, TfliteOp::mean, squares, place, true);
  const int epsilon = to.scalar(to.attribute("epsilon", 1e-5f));
  const int factor = to.unary(TfliteOp::rsqrt, to.binary(TfliteOp::add, variance, epsilon));
  int y = to.binary(TfliteOp::mul, to.binary(TfliteOp::mul, centred, factor), to.in(1));
  if (to.has(2)) y = to.binary(TfliteOp::add, y, to.in(2));
  to.give(0, y, order);
}

constexpr LoweringRule kRules[] = {{"Gemm", lower_gemm},
                                   {"MatMul", lower_matmul},
                                   {"ReduceMean", lower_reduction, TfliteOp::mean},
                                   {"ReduceSum", lower_reduction, TfliteOp::sum},
                                   {"ReduceMax", lower_reduction, TfliteOp::reduce_max},
                                   {"ReduceMin", lower_reduction, TfliteOp::reduce_min},
                                   {"Softmax", lower_softmax, TfliteOp::softmax},
                                   {"LogSoftmax", lower_softmax, TfliteOp::log_softmax},
                                   {"LayerNormalization", lower_layer_normalization}};

}  // namespace

std::span<const LoweringRule> matrix_lowering() {
  return kRules;
}

}  // namespace assay
