// SPDX-License-Identifier: MIT
// Operators that move elements and compute nothing.
#include <algorithm>
#include <cstring>

#include "engines/caffe2/lowering.h"

namespace assay {
namespace {

void lower_transpose(Lowering& to) {
  std::vector<int64_t> backwards;
  for (size_t i = to.rank(0); i-- > 0;) backwards.push_back(static_cast<int64_t>(i));
  to.add("Transpose", {to.in(0)}, to.out()).set("axes", to.node().attribute("perm", backwards));
}

// Reshape, Flatten, Squeeze and Unsqueeze: what they do is in the result's shape.
void lower_reshape(Lowering& to) {
  if (to.result_shape().empty()) to.refuse("only to a shape with axes");
  to.add("Reshape", {to.in(0)}, to.out()).also_gives(to.fresh()).set("shape", to.result_shape());
}

void lower_concat(Lowering& to) {
  to.add("Concat", to.all_inputs(), to.out())
      .also_gives(to.fresh())
      .set("axis", static_cast<int64_t>(to.axis(to.attribute("axis", int64_t{0}))));
}

void lower_split(Lowering& to) {
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  std::vector<int64_t> sizes;
  Caffe2Operator operation = to.add("Split", {to.in(0)}, to.out());
  for (size_t i = 0; i < to.node().outputs.size(); ++i) {
    if (to.node().outputs[i] == kNoValue) to.refuse("only with all of its parts");
    if (i > 0) operation.also_gives(to.out(i));
    sizes.push_back(to.result_shape(i)[axis]);
  }
  operation.set("axis", static_cast<int64_t>(axis)).set("split", sizes);
}

// Caffe2 slices along one axis at a time.
void lower_slice(Lowering& to) {
  const Slices slices = slices_of(to, plain_order(to.rank(0)));
  if (slices.has_steps()) to.refuse("only without steps");
  std::string value = to.in(0);
  const size_t rank = to.rank(0);
  for (size_t axis = 0; axis < rank; ++axis) {
    if (slices.begin[axis] == 0 && slices.end[axis] == to.shape(0)[axis]) continue;
    std::vector<int64_t> begin(rank, 0), end(rank, -1);  // -1: to the end
    begin[axis] = slices.begin[axis];
    end[axis] = slices.end[axis];
    const std::string next = to.fresh();
    to.add("Slice", {value}, next).set("starts", begin).set("ends", end);
    value = next;
  }
  to.is_the_same(value);
}

void lower_gather(Lowering& to) {
  const Tensor* given = to.constant(1);
  if (!given || given->dtype != DType::i64) to.refuse("only with constant places");
  const size_t axis = to.axis(to.attribute("axis", int64_t{0}));
  std::vector<int64_t> places = to.integers(1);
  for (int64_t& place : places)
    if (place < 0) place += to.shape(0)[axis];
  const std::string rows = given->shape.empty() ? to.fresh() : to.out();
  const Shape shape = given->shape.empty() ? Shape{1} : given->shape;
  to.add("Gather", {to.in(0), to.weight(make_i64(shape, places))}, rows)
      .set("axis", static_cast<int64_t>(axis));
  if (given->shape.empty())
    to.add("Squeeze", {rows}, to.out()).set("dims", {static_cast<int64_t>(axis)});
}

void lower_pad(Lowering& to) {
  const std::string mode = to.node().attribute("mode", "constant");
  const auto pads = pads_of(to, plain_order(to.rank(0)));  // before and after each axis
  if (to.rank(0) != 4 || pads[0] + pads[1] + pads[2] + pads[3] != 0)
    to.refuse("only of two spatial axes");
  to.add("PadImage", {to.in(0)}, to.out())
      .set("mode", mode.c_str())
      .set("value", to.has(2) ? to.floats(2).at(0) : 0.0f)
      .set("pads", {pads[4], pads[6], pads[5], pads[7]});
}

constexpr LoweringRule kRules[] = {{"Transpose", lower_transpose}, {"Reshape", lower_reshape},
                                   {"Flatten", lower_reshape},     {"Squeeze", lower_reshape},
                                   {"Unsqueeze", lower_reshape},   {"Concat", lower_concat},
                                   {"Slice", lower_slice},         {"Split", lower_split},
                                   {"Gather", lower_gather},       {"Pad", lower_pad}};

}  // namespace

std::span<const LoweringRule> layout_lowering() {
  return kRules;
}

}  // namespace assay
