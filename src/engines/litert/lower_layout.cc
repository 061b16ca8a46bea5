// SPDX-License-Identifier: MIT
// Operators that move elements and compute nothing.
#include "engines/litert/lowering.h"

namespace assay {
namespace {

// Nothing moves: the axes have other names from here on.
void lower_transpose(Lowering& to) {
  const Order order = to.order(0);
  to.give(0, to.stored(0, order), order_after_transpose(to, order));
}

// Reshape, Flatten, Squeeze and Unsqueeze: what they do is in the result's shape.
void lower_reshape(Lowering& to) {
  const auto [before, after] = regroup(to.shape(0), to.order(0), to.result_shape());
  const int x = to.stored(0, before);
  to.give(0, to.reshape(x, to.dtype(0), placed(to.result_shape(), after)), after);
}

void lower_concat(Lowering& to) {
  const size_t count = to.node().inputs.size();
  const Order order = to.widest_order(plain_order(count));
  std::vector<int32_t> parts;
  for (size_t i = 0; i < count; ++i) parts.push_back(to.in(i, order));
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  const TfliteOptions options{10, {{0, static_cast<int32_t>(place_of(axis, order))}}};
  const Shape shape = placed(to.result_shape(), order);
  to.give(0, to.add(TfliteOp::concatenation, parts, to.dtype(0), shape, options), order);
}

void lower_slice(Lowering& to) {
  const Order order = to.order(0);
  const Slices slices = slices_of(to, order);
  const Shape shape = placed(to.result_shape(), order);
  const int x = to.stored(0, order), begin = to.list(slices.begin);
  if (!slices.has_steps())
    return to.give(0, to.add_like(x, TfliteOp::slice, {x, begin, to.list(shape)}, shape, {48}),
                   order);
  to.give(0,
          to.add_like(x, TfliteOp::strided_slice,
                      {x, begin, to.list(slices.end), to.list(slices.step)}, shape, {32}),
          order);
}

void lower_split(Lowering& to) {
  const Order order = to.order(0);
  const size_t place = place_of(to.axis(to.attribute("axis", int64_t{0})), order);
  const int x = to.stored(0, order);
  std::vector<int64_t> begin(order.size(), 0);
  for (size_t i = 0; i < to.node().outputs.size(); ++i) {
    const Shape shape = placed(to.result_shape(i), order);
    const std::vector<int32_t> inputs = {x, to.list(begin), to.list(shape)};
    to.give(i, to.add_like(x, TfliteOp::slice, inputs, shape, {48}), order);
    begin[place] += shape[place];
  }
}

void lower_pad(Lowering& to) {
  if (to.node().attribute("mode", "constant") != std::string("constant"))
    to.refuse("only with mode constant");
  const float value = to.has(2) ? to.floats(2).at(0) : 0;
  const Order order = to.order(0);
  const auto sides = pads_of(to, order);
  const std::vector<int32_t> narrow(sides.begin(), sides.end());
  const int pads = to.constant_of(make_tensor(DType::i32, {static_cast<int64_t>(order.size()), 2},
                                              std::as_bytes(std::span(narrow))));
  const Shape shape = placed(to.result_shape(), order);
  if (value == 0) {  // the integers that stand for 0
    const int x = to.stored(0, order);
    return to.give(0, to.add_like(x, TfliteOp::pad, {x, pads}, shape, {22}), order);
  }
  const int x = to.in(0, order);
  to.give(0, to.add(TfliteOp::padv2, {x, pads, to.scalar(value)}, to.dtype(0), shape, {43}), order);
}

constexpr LoweringRule kRules[] = {
    {"Transpose", lower_transpose}, {"Reshape", lower_reshape},   {"Flatten", lower_reshape},
    {"Squeeze", lower_reshape},     {"Unsqueeze", lower_reshape}, {"Concat", lower_concat},
    {"Slice", lower_slice},         {"Split", lower_split},       {"Pad", lower_pad}};

}  // namespace

std::span<const LoweringRule> layout_lowering() {
  return kRules;
}

}  // namespace assay
