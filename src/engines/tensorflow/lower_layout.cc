// SPDX-License-Identifier: MIT
// Operators that move elements and compute nothing.
#include "engines/tensorflow/lowering.h"

namespace assay {
namespace {

// Nothing moves: the axes have other names from here on.
void lower_transpose(Lowering& to) {
  const Order order = to.order(0);
  to.give(0, to.in(0, order), order_after_transpose(to, order));
}

// Reshape, Flatten, Squeeze and Unsqueeze: what they do is in the result's shape.
void lower_reshape(Lowering& to) {
  const auto [before, after] = regroup(to.shape(0), to.order(0), to.result_shape());
  const TF_Output x = to.in(0, before);
  to.give(0, to.reshape(x, to.dtype(0), placed(to.result_shape(), after)), after);
}

void lower_concat(Lowering& to) {
  std::vector<TF_Output> parts;
  const size_t count = to.node().inputs.size();
  const Order order = to.widest_order(plain_order(count));
  for (size_t i = 0; i < count; ++i) parts.push_back(to.in(i, order));
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  const Tensor place = make_i64({}, std::vector{static_cast<int64_t>(place_of(axis, order))});
  to.give(0,
          to.add("ConcatV2")
              .inputs(parts)
              .input(to.constant_of(place))
              .set("T", to.dtype(0))
              .set("Tidx", DType::i64)
              .output(),
          order);
}

void lower_slice(Lowering& to) {
  const Order order = to.order(0);
  const Slices slices = slices_of(to, order);
  const TF_Output x = to.in(0, order);
  if (!slices.has_steps()) {
    to.give(0,
            to.add("Slice")
                .input(x)
                .input(to.list(slices.begin))
                .input(to.list(placed(to.result_shape(), order)))
                .set("T", to.dtype(0))
                .set("Index", DType::i64)
                .output(),
            order);
    return;
  }
  to.give(0,
          to.add("StridedSlice")
              .input(x)
              .input(to.list(slices.begin))
              .input(to.list(slices.end))
              .input(to.list(slices.step))
              .set("T", to.dtype(0))
              .set("Index", DType::i64)
              .output(),
          order);
}

void lower_split(Lowering& to) {
  const Order order = to.order(0);
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < to.node().outputs.size(); ++i) sizes.push_back(to.result_shape(i)[axis]);
  const auto place = static_cast<int32_t>(place_of(axis, order));  // i32 is all that SplitV takes
  const TF_Output x = to.in(0, order);
  const Tensor where = make_tensor(DType::i32, {}, std::as_bytes(std::span(&place, 1)));
  const auto parts = to.add("SplitV")
                         .input(x)
                         .input(to.list(sizes))
                         .input(to.constant_of(where))
                         .set("num_split", static_cast<int64_t>(sizes.size()))
                         .set("T", to.dtype(0))
                         .set("Tlen", DType::i64)
                         .outputs();
  for (size_t i = 0; i < parts.size(); ++i) to.give(i, parts[i], order);
}

void lower_pad(Lowering& to) {
  const std::string mode = to.node().attribute("mode", "constant");
  const Order order = to.order(0);
  const TF_Output x = to.in(0, order);
  const Shape sides = {static_cast<int64_t>(order.size()), 2};
  const TF_Output pads = to.constant_of(make_i64(sides, pads_of(to, order)));
  if (mode == "constant") {
    const TF_Output value = to.has(2) ? to.in(2, plain_order(to.rank(2))) : to.scalar(0);
    to.give(0,
            to.add("PadV2")
                .input(x)
                .input(pads)
                .input(to.has(2) && to.rank(2) == 1 ? to.reshape(value, to.dtype(0), {}) : value)
                .set("T", to.dtype(0))
                .set("Tpaddings", DType::i64)
                .output(),
            order);
    return;
  }
  if (mode != "reflect") to.refuse("only with mode constant or reflect");
  to.give(0,
          to.add("MirrorPad")
              .input(x)
              .input(pads)
              .set("mode", "REFLECT")
              .set("T", to.dtype(0))
              .set("Tpaddings", DType::i64)
              .output(),
          order);
}

void lower_expand(Lowering& to) {
  const auto [operands, order] = to.align({0});
  to.give(0,
          to.add("BroadcastTo")
              .input(operands[0])
              .input(to.list(placed(to.result_shape(), order)))
              .set("T", to.dtype(0))
              .set("Tidx", DType::i64)
              .output(),
          order);
}

void lower_gather(Lowering& to) {
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  const Tensor where = make_i64({}, std::vector{static_cast<int64_t>(axis)});
  const TF_Output x = to.in(0, plain_order(to.rank(0)));
  const TF_Output indices = to.in(1, plain_order(to.rank(1)));
  to.give(0,
          to.add("GatherV2")
              .input(x)
              .input(indices)
              .input(to.constant_of(where))
              .set("Tparams", to.dtype(0))
              .set("Tindices", to.dtype(1))
              .set("Taxis", DType::i64)
              .output(),
          plain_order(to.result_shape().size()));
}

constexpr LoweringRule kRules[] = {
    {"Transpose", lower_transpose}, {"Reshape", lower_reshape},   {"Flatten", lower_reshape},
    {"Squeeze", lower_reshape},     {"Unsqueeze", lower_reshape}, {"Concat", lower_concat},
    {"Slice", lower_slice},         {"Split", lower_split},       {"Pad", lower_pad},
    {"Expand", lower_expand},       {"Gather", lower_gather}};

}  // namespace

std::span<const LoweringRule> layout_lowering() {
  return kRules;
}

}  // namespace assay
