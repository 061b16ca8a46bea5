// SPDX-License-Identifier: MIT
// The quantized operators of ONNX Runtime (domain com.microsoft), which its quantizer writes in the
// "QOperator" format: each is DequantizeLinear, the usual operator, QuantizeLinear.
#include <array>

#include "onnx/upgrade.h"

namespace assay {
namespace {

constexpr std::string_view kDomain = "com.microsoft::";

struct Quantized {
  size_t value, scale, zero_point;  // positions among the inputs
};

bool has(const Upgrade& u, const Quantized& at) {
  return u.node.has_input(at.value) && u.node.has_input(at.scale);
}

std::vector<ValueId> operands(const Upgrade& u, ValueId value, size_t scale, size_t zero_point) {
  std::vector<ValueId> inputs{value, u.node.inputs[scale]};
  if (u.node.has_input(zero_point)) inputs.push_back(u.node.inputs[zero_point]);
  return inputs;
}

ValueId dequantized(const Upgrade& u, const Quantized& at, int64_t axis = 1) {
  return u.builder.add(u.node, fmt::format("input_{}", at.value), "DequantizeLinear",
                       operands(u, u.node.inputs[at.value], at.scale, at.zero_point),
                       {{"axis", axis}});
}

// What comes of `op` goes, quantized, to the node's own output.
void finish(const Upgrade& u, std::string_view op, std::vector<ValueId> inputs, size_t scale,
            size_t zero_point) {
  Attributes attributes = std::move(u.node.attributes);
  const ValueId result =
      u.builder.add(u.node, "result", op, std::move(inputs), std::move(attributes));
  u.node.op = "QuantizeLinear";
  u.node.inputs = operands(u, result, scale, zero_point);
  u.node.attributes.clear();
}

// "com.microsoft::QLinearAdd" -> "Add"
std::string plain_name(const Upgrade& u) {
  constexpr std::string_view kPrefix = "QLinear";
  return u.node.op.substr(kDomain.size() + kPrefix.size());
}

void binary(const Upgrade& u) {
  const Quantized a{0, 1, 2}, b{3, 4, 5};
  if (!has(u, a) || !has(u, b) || !u.node.has_input(6)) return;
  const ValueId left = dequantized(u, a), right = dequantized(u, b);
  finish(u, plain_name(u), {left, right}, 6, 7);
}

void unary(const Upgrade& u) {
  if (!has(u, {0, 1, 2}) || !u.node.has_input(3)) return;
  if (u.node.take("channels_last", int64_t{0}) != 0) return;
  u.node.take("opset", int64_t{13});
  finish(u, plain_name(u), {dequantized(u, {0, 1, 2})}, 3, 4);
}

void concat(const Upgrade& u) {
  std::vector<ValueId> parts;
  for (size_t at = 2; at + 2 < u.node.inputs.size(); at += 3) {
    if (!has(u, {at, at + 1, at + 2})) return;
    parts.push_back(dequantized(u, {at, at + 1, at + 2}));
  }
  if (!parts.empty() && u.node.has_input(0)) finish(u, "Concat", parts, 0, 1);
}

// Each column of the right factor may have a scale; the bias is stored in units of both scales.
void gemm(const Upgrade& u) {
  const Quantized a{0, 1, 2}, b{3, 4, 5};
  if (!has(u, a) || !has(u, b) || !u.node.has_input(7)) return;
  const int64_t turned = u.node.take("transB", int64_t{0});
  u.node.attributes["transB"] = turned;
  const int64_t columns = turned == 0 ? 1 : 0;
  std::vector<ValueId> factors{dequantized(u, a), dequantized(u, b, columns)};
  if (u.node.has_input(6)) {
    const ValueId unit = u.builder.add(u.node, "unit", "Mul", {u.node.inputs[1], u.node.inputs[4]});
    const ValueId bias =
        u.builder.add(u.node, "bias_float", "Cast", {u.node.inputs[6]}, {{"to", int64_t{1}}});
    factors.push_back(u.builder.add(u.node, "bias", "Mul", {bias, unit}));
  }
  finish(u, "Gemm", factors, 7, 8);
}

constexpr auto kRules = std::to_array<UpgradeRule>({
    {"com.microsoft::QGemm", 1, kNewestOpset, gemm},
    {"com.microsoft::QLinearAdd", 1, kNewestOpset, binary},
    {"com.microsoft::QLinearAveragePool", 1, kNewestOpset, unary},
    {"com.microsoft::QLinearConcat", 1, kNewestOpset, concat},
    {"com.microsoft::QLinearGlobalAveragePool", 1, kNewestOpset, unary},
    {"com.microsoft::QLinearLeakyRelu", 1, kNewestOpset, unary},
    {"com.microsoft::QLinearMul", 1, kNewestOpset, binary},
    {"com.microsoft::QLinearSigmoid", 1, kNewestOpset, unary},
    {"com.microsoft::QLinearSoftmax", 1, kNewestOpset, unary},
});

}  // namespace

std::span<const UpgradeRule> quantized_upgrades() {
  return kRules;
}

}  // namespace assay
