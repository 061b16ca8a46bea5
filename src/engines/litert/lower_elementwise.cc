// SPDX-License-Identifier: MIT
// Operators that compute each element from the elements at its place.
#include <limits>

#include "engines/litert/lowering.h"

namespace assay {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void require_f32(Lowering& to, size_t input = 0) {
  if (to.dtype(input) != DType::f32) to.refuse("only of f32");
}

void lower_identity(Lowering& to) {
  to.give(0, to.stored(0), to.order(0));
}

void same_meaning_unary(Lowering& to) {
  require_f32(to);
  const auto [operands, order] = to.align({0});
  to.give(0, to.unary(to.theirs(), operands[0]), order);
}

// Of any number of operands, folded from the left.
void same_meaning_of_many(Lowering& to) {
  require_f32(to);
  const auto all = plain_order(to.node().inputs.size());  // their numbers
  const auto [operands, order] = to.align(all);
  int value = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) value = to.binary(to.theirs(), value, operands[i]);
  to.give(0, value, order);
}

int clip(Lowering& to, int x, float low, float high) {
  if (low == 0 && high == 6) return to.unary(TfliteOp::relu6, x);
  if (low == 0 && high == kInfinity) return to.unary(TfliteOp::relu, x);
  if (low > -kInfinity) x = to.binary(TfliteOp::maximum, x, to.scalar(low));
  if (high < kInfinity) x = to.binary(TfliteOp::minimum, x, to.scalar(high));
  return x;
}

void lower_clip(Lowering& to) {
  require_f32(to);
  const auto bound = [&](size_t input, float otherwise) {
    return to.has(input) ? to.floats(input).at(0) : otherwise;
  };
  const auto [operands, order] = to.align({0});
  to.give(0, clip(to, operands[0], bound(1, -kInfinity), bound(2, kInfinity)), order);
}

void lower_reciprocal(Lowering& to) {
  require_f32(to);
  const auto [operands, order] = to.align({0});
  to.give(0, to.binary(TfliteOp::div, to.scalar(1), operands[0]), order);
}

// relu6(x + 3) / 6 where it is that, which needs one operator less.
void lower_hard_sigmoid(Lowering& to) {
  require_f32(to);
  const float alpha = to.attribute("alpha", 0.2f), beta = to.attribute("beta", 0.5f);
  const auto [operands, order] = to.align({0});
  if (alpha == 1.0f / 6 && beta == 0.5f) {
    const int shifted = to.binary(TfliteOp::add, operands[0], to.scalar(3));
    const int gate = to.unary(TfliteOp::relu6, shifted);
    return to.give(0, to.binary(TfliteOp::mul, gate, to.scalar(alpha)), order);
  }
  const int scaled = to.binary(TfliteOp::mul, operands[0], to.scalar(alpha));
  to.give(0, clip(to, to.binary(TfliteOp::add, scaled, to.scalar(beta)), 0, 1), order);
}

// The format has none. Abramowitz and Stegun, 1964, 7.1.26: off by at most 1.5e-7.
void lower_erf(Lowering& to) {
  require_f32(to);
  const auto [operands, order] = to.align({0});
  const int x = operands[0], size = to.unary(TfliteOp::abs, x);
  const int scaled = to.binary(TfliteOp::mul, size, to.scalar(0.3275911f));
  const int t =
      to.binary(TfliteOp::div, to.scalar(1), to.binary(TfliteOp::add, scaled, to.scalar(1)));
  int sum = to.scalar(1.061405429f);
  for (const float factor : {-1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f})
    sum = to.binary(TfliteOp::add, to.binary(TfliteOp::mul, sum, t), to.scalar(factor));
  const int square = to.binary(TfliteOp::mul, x, x);
  const int bell = to.unary(TfliteOp::exp, to.unary(TfliteOp::neg, square));
  const int rest = to.binary(TfliteOp::mul, to.binary(TfliteOp::mul, sum, t), bell);
  const int distance = to.binary(TfliteOp::sub, to.scalar(1), rest);
  to.give(0, to.binary(TfliteOp::mul, to.unary(TfliteOp::sign, x), distance), order);
}

void lower_leaky_relu(Lowering& to) {
  require_f32(to);
  const auto [operands, order] = to.align({0});
  const TfliteOptions options{75, {{0, to.attribute("alpha", 0.01f)}}};
  const Shape shape = to.shape_in_file(operands[0]);
  to.give(0, to.add(TfliteOp::leaky_relu, {operands[0]}, DType::f32, shape, options), order);
}

void lower_elu(Lowering& to) {
  if (to.attribute("alpha", 1.0f) != 1) to.refuse("only with alpha 1");
  same_meaning_unary(to);
}

void lower_prelu(Lowering& to) {
  require_f32(to);
  const auto [operands, order] = to.align({0, 1});
  const int positive = to.unary(TfliteOp::relu, operands[0]);
  const int negative = to.binary(TfliteOp::minimum, operands[0], to.scalar(0));
  to.give(0, to.binary(TfliteOp::add, positive, to.binary(TfliteOp::mul, operands[1], negative)),
          order);
}

constexpr LoweringRule kRules[] = {{"Identity", lower_identity},
                                   {"Dropout", lower_identity},
                                   {"Abs", same_meaning_unary, TfliteOp::abs},
                                   {"Ceil", same_meaning_unary, TfliteOp::ceil},
                                   {"Cos", same_meaning_unary, TfliteOp::cos},
                                   {"Exp", same_meaning_unary, TfliteOp::exp},
                                   {"Floor", same_meaning_unary, TfliteOp::floor},
                                   {"HardSwish", same_meaning_unary, TfliteOp::hard_swish},
                                   {"Log", same_meaning_unary, TfliteOp::log},
                                   {"Neg", same_meaning_unary, TfliteOp::neg},
                                   {"Relu", same_meaning_unary, TfliteOp::relu},
                                   {"Round", same_meaning_unary, TfliteOp::round},
                                   {"Sigmoid", same_meaning_unary, TfliteOp::logistic},
                                   {"Sin", same_meaning_unary, TfliteOp::sin},
                                   {"Sqrt", same_meaning_unary, TfliteOp::sqrt},
                                   {"Tanh", same_meaning_unary, TfliteOp::tanh},
                                   {"Elu", lower_elu, TfliteOp::elu},
                                   {"Erf", lower_erf},
                                   {"Add", same_meaning_of_many, TfliteOp::add},
                                   {"Div", same_meaning_of_many, TfliteOp::div},
                                   {"Max", same_meaning_of_many, TfliteOp::maximum},
                                   {"Min", same_meaning_of_many, TfliteOp::minimum},
                                   {"Mul", same_meaning_of_many, TfliteOp::mul},
                                   {"Pow", same_meaning_of_many, TfliteOp::pow},
                                   {"Sub", same_meaning_of_many, TfliteOp::sub},
                                   {"Sum", same_meaning_of_many, TfliteOp::add},
                                   {"Clip", lower_clip},
                                   {"HardSigmoid", lower_hard_sigmoid},
                                   {"LeakyRelu", lower_leaky_relu},
                                   {"PRelu", lower_prelu},
                                   {"Reciprocal", lower_reciprocal}};

}  // namespace

std::span<const LoweringRule> elementwise_lowering() {
  return kRules;
}

}  // namespace assay
