// SPDX-License-Identifier: MIT
// Operators that compute each element from the elements at its place.
#include <limits>

#include "engines/tensorflow/lowering.h"

namespace assay {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void same_meaning_unary(Lowering& to) {
  const char* kind = to.theirs();
  const auto [operands, order] = to.align({0});
  Operation operation = to.add(kind);
  operation.input(operands[0]);
  if (kind != std::string_view("LogicalNot")) operation.set("T", to.dtype(0));
  to.give(0, operation.output(), order);
}

void same_meaning_binary(Lowering& to) {
  const char* kind = to.theirs();
  const auto [operands, order] = to.align({0, 1});
  Operation operation = to.add(kind);
  operation.input(operands[0]).input(operands[1]);
  if (!std::string_view(kind).starts_with("Logical")) operation.set("T", to.dtype(0));
  to.give(0, operation.output(), order);
}

// Of any number of operands, folded from the left.
void same_meaning_of_many(Lowering& to) {
  const auto all = plain_order(to.node().inputs.size());  // their numbers
  const auto [operands, order] = to.align(all);
  TF_Output value = operands[0];
  for (size_t i = 1; i < operands.size(); ++i)
    value = to.add(to.theirs()).input(value).input(operands[i]).set("T", to.dtype(0)).output();
  to.give(0, value, order);
}

TF_Output clip(Lowering& to, TF_Output x, float low, float high) {
  if (low == 0 && high == 6) return to.unary("Relu6", x);
  if (low == 0 && high == kInfinity) return to.unary("Relu", x);
  if (low > -kInfinity) x = to.binary("Maximum", x, to.scalar(low));
  if (high < kInfinity) x = to.binary("Minimum", x, to.scalar(high));
  return x;
}

void lower_clip(Lowering& to) {
  if (to.dtype(0) != DType::f32) to.refuse("only f32 is clipped");
  const auto bound = [&](size_t input, float otherwise) {
    return to.has(input) ? to.floats(input).at(0) : otherwise;
  };
  const auto [operands, order] = to.align({0});
  to.give(0, clip(to, operands[0], bound(1, -kInfinity), bound(2, kInfinity)), order);
}

TF_Output hard_sigmoid(Lowering& to, TF_Output x, float alpha, float beta) {
  const TF_Output scaled = to.binary("Mul", x, to.scalar(alpha));
  return clip(to, to.binary("AddV2", scaled, to.scalar(beta)), 0, 1);
}

void lower_hard_sigmoid(Lowering& to) {
  const auto [operands, order] = to.align({0});
  to.give(0, hard_sigmoid(to, operands[0], to.attribute("alpha", 0.2f), to.attribute("beta", 0.5f)),
          order);
}

// x relu6(x + 3) / 6: Howard et al., 2019, arXiv 1905.02244.
void lower_hard_swish(Lowering& to) {
  const auto [operands, order] = to.align({0});
  const TF_Output gate = to.unary("Relu6", to.binary("AddV2", operands[0], to.scalar(3)));
  to.give(0, to.binary("Mul", to.binary("Mul", operands[0], gate), to.scalar(1.0f / 6)), order);
}

void lower_leaky_relu(Lowering& to) {
  const auto [operands, order] = to.align({0});
  to.give(0,
          to.add("LeakyRelu")
              .input(operands[0])
              .set("alpha", to.attribute("alpha", 0.01f))
              .set("T", to.dtype(0))
              .output(),
          order);
}

void lower_elu(Lowering& to) {
  if (to.attribute("alpha", 1.0f) != 1) to.refuse("only with alpha 1");
  const auto [operands, order] = to.align({0});
  to.give(0, to.unary("Elu", operands[0]), order);
}

void lower_prelu(Lowering& to) {
  const auto [operands, order] = to.align({0, 1});
  const TF_Output positive = to.unary("Relu", operands[0]);
  const TF_Output negative = to.binary("Minimum", operands[0], to.scalar(0));
  to.give(0, to.binary("AddV2", positive, to.binary("Mul", operands[1], negative)), order);
}

void lower_where(Lowering& to) {
  const auto [operands, order] = to.align({0, 1, 2});
  to.give(0,
          to.add("SelectV2")
              .input(operands[0])
              .input(operands[1])
              .input(operands[2])
              .set("T", to.dtype(1))
              .output(),
          order);
}

void lower_cast(Lowering& to) {
  const auto [operands, order] = to.align({0});
  const DType target = dtype_from_onnx(to.attribute("to", int64_t{0}));
  to.give(0,
          to.add("Cast").input(operands[0]).set("SrcT", to.dtype(0)).set("DstT", target).output(),
          order);
}

constexpr LoweringRule kRules[] = {{"Abs", same_meaning_unary, "Abs"},
                                   {"Ceil", same_meaning_unary, "Ceil"},
                                   {"Cos", same_meaning_unary, "Cos"},
                                   {"Dropout", same_meaning_unary, "Identity"},
                                   {"Erf", same_meaning_unary, "Erf"},
                                   {"Exp", same_meaning_unary, "Exp"},
                                   {"Floor", same_meaning_unary, "Floor"},
                                   {"Identity", same_meaning_unary, "Identity"},
                                   {"Log", same_meaning_unary, "Log"},
                                   {"Neg", same_meaning_unary, "Neg"},
                                   {"Not", same_meaning_unary, "LogicalNot"},
                                   {"Reciprocal", same_meaning_unary, "Inv"},
                                   {"Relu", same_meaning_unary, "Relu"},
                                   {"Round", same_meaning_unary, "Round"},
                                   {"Sigmoid", same_meaning_unary, "Sigmoid"},
                                   {"Sign", same_meaning_unary, "Sign"},
                                   {"Sin", same_meaning_unary, "Sin"},
                                   {"Softplus", same_meaning_unary, "Softplus"},
                                   {"Softsign", same_meaning_unary, "Softsign"},
                                   {"Sqrt", same_meaning_unary, "Sqrt"},
                                   {"Tan", same_meaning_unary, "Tan"},
                                   {"Tanh", same_meaning_unary, "Tanh"},
                                   {"Add", same_meaning_binary, "AddV2"},
                                   {"And", same_meaning_binary, "LogicalAnd"},
                                   {"Div", same_meaning_binary, "RealDiv"},
                                   {"Equal", same_meaning_binary, "Equal"},
                                   {"Greater", same_meaning_binary, "Greater"},
                                   {"Less", same_meaning_binary, "Less"},
                                   {"Mul", same_meaning_binary, "Mul"},
                                   {"Or", same_meaning_binary, "LogicalOr"},
                                   {"Pow", same_meaning_binary, "Pow"},
                                   {"Sub", same_meaning_binary, "Sub"},
                                   {"Max", same_meaning_of_many, "Maximum"},
                                   {"Min", same_meaning_of_many, "Minimum"},
                                   {"Sum", same_meaning_of_many, "AddV2"},
                                   {"Clip", lower_clip},
                                   {"HardSigmoid", lower_hard_sigmoid},
                                   {"HardSwish", lower_hard_swish},
                                   {"LeakyRelu", lower_leaky_relu},
                                   {"Elu", lower_elu},
                                   {"PRelu", lower_prelu},
                                   {"Where", lower_where},
                                   {"Cast", lower_cast}};

}  // namespace

std::span<const LoweringRule> elementwise_lowering() {
  return kRules;
}

}  // namespace assay
