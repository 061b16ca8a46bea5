// SPDX-License-Identifier: MIT
// Operators that compute each element from the elements at its place.
#include <limits>

#include "engines/caffe2/lowering.h"

namespace assay {
namespace {

void require_f32(Lowering& to, size_t input = 0) {
  if (to.dtype(input) != DType::f32) to.refuse("only of f32");
}

void lower_identity(Lowering& to) {
  to.is_the_same(to.in(0));
}

void same_meaning_unary(Lowering& to) {
  require_f32(to);
  to.add(to.theirs(), {to.in(0)}, to.out());
}

// Of any number of operands, folded from the left.
void same_meaning_of_many(Lowering& to) {
  require_f32(to);
  const size_t count = to.node().inputs.size();
  if (count == 1) return lower_identity(to);
  std::string value = to.in(0);
  for (size_t i = 1; i < count; ++i) {
    const std::string next = i + 1 == count ? to.out() : to.fresh();
    to.add(to.theirs(), {value, to.in(i)}, next);
    value = next;
  }
}

void same_meaning_of_same_shape(Lowering& to) {
  require_f32(to);
  for (size_t i = 0; i < to.node().inputs.size(); ++i)
    if (to.shape(i) != to.result_shape()) to.refuse("only of operands of one shape");
  to.add(to.theirs(), to.all_inputs(), to.out());
}

void lower_clip(Lowering& to) {
  require_f32(to);
  const auto bound = [&](size_t input, float otherwise) {
    return to.has(input) ? to.floats(input).at(0) : otherwise;
  };
  to.add("Clip", {to.in(0)}, to.out())
      .set("min", bound(1, std::numeric_limits<float>::lowest()))
      .set("max", bound(2, std::numeric_limits<float>::max()));
}

void lower_pow(Lowering& to) {
  require_f32(to);
  if (!to.constant(1) || to.constant(1)->elements() != 1 || to.dtype(1) != DType::f32)
    to.refuse("only with a constant exponent");
  to.add("Pow", {to.in(0)}, to.out()).set("exponent", to.floats(1).at(0));
}

void hard_sigmoid(Lowering& to, float alpha, float beta, const std::string& result) {
  to.add("HardSigmoid", {to.in(0)}, result).set("alpha", alpha).set("beta", beta);
}

void lower_hard_sigmoid(Lowering& to) {
  require_f32(to);
  hard_sigmoid(to, to.attribute("alpha", 0.2f), to.attribute("beta", 0.5f), to.out());
}

// x relu6(x + 3) / 6: Howard et al., 2019, arXiv 1905.02244.
void lower_hard_swish(Lowering& to) {
  require_f32(to);
  const std::string gate = to.fresh();
  hard_sigmoid(to, 1.0f / 6, 0.5f, gate);
  to.add("Mul", {to.in(0), gate}, to.out());
}

void lower_with_alpha(Lowering& to) {
  require_f32(to);
  const float otherwise = to.node().op == "Elu" ? 1.0f : 0.01f;
  to.add(to.theirs(), {to.in(0)}, to.out()).set("alpha", to.attribute("alpha", otherwise));
}

constexpr LoweringRule kRules[] = {{"Identity", lower_identity},
                                   {"Dropout", lower_identity},
                                   {"Abs", same_meaning_unary, "Abs"},
                                   {"Ceil", same_meaning_unary, "Ceil"},
                                   {"Cos", same_meaning_unary, "Cos"},
                                   {"Erf", same_meaning_unary, "Erf"},
                                   {"Exp", same_meaning_unary, "Exp"},
                                   {"Floor", same_meaning_unary, "Floor"},
                                   {"Log", same_meaning_unary, "Log"},
                                   {"Neg", same_meaning_unary, "Negative"},
                                   {"Reciprocal", same_meaning_unary, "Reciprocal"},
                                   {"Relu", same_meaning_unary, "Relu"},
                                   {"Sigmoid", same_meaning_unary, "Sigmoid"},
                                   {"Sin", same_meaning_unary, "Sin"},
                                   {"Softplus", same_meaning_unary, "Softplus"},
                                   {"Softsign", same_meaning_unary, "Softsign"},
                                   {"Sqrt", same_meaning_unary, "Sqrt"},
                                   {"Tanh", same_meaning_unary, "Tanh"},
                                   {"Add", same_meaning_of_many, "Add"},
                                   {"Div", same_meaning_of_many, "Div"},
                                   {"Mul", same_meaning_of_many, "Mul"},
                                   {"Sub", same_meaning_of_many, "Sub"},
                                   {"Max", same_meaning_of_same_shape, "Max"},
                                   {"Min", same_meaning_of_same_shape, "Min"},
                                   {"Sum", same_meaning_of_many, "Add"},
                                   {"Clip", lower_clip},
                                   {"Elu", lower_with_alpha, "Elu"},
                                   {"HardSigmoid", lower_hard_sigmoid},
                                   {"HardSwish", lower_hard_swish},
                                   {"LeakyRelu", lower_with_alpha, "LeakyRelu"},
                                   {"Pow", lower_pow}};

}  // namespace

std::span<const LoweringRule> elementwise_lowering() {
  return kRules;
}

}  // namespace assay
