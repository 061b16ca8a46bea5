// SPDX-License-Identifier: MIT
#include "engines/litert/lowering.h"

#include <fmt/format.h>

#include "engine/engine.h"
#include "graph/composed.h"

namespace assay {
namespace {

const LoweringRule* find_rule(std::string_view op) {
  for (const auto rules :
       {elementwise_lowering(), window_lowering(), matrix_lowering(), layout_lowering()})
    for (const LoweringRule& rule : rules)
      if (rule.op == op) return &rule;
  return nullptr;
}

std::vector<ValueId> operands(const Graph& graph, const Node& node) {
  if (const auto x = gelu_of(graph, node)) return {*x};
  return node.inputs;
}

Shape broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (const Shape& shape : {a, b})
    for (size_t i = 0; i < shape.size(); ++i) {
      int64_t& size = result[result.size() - shape.size() + i];
      size = std::max(size, shape[i]);
    }
  return result;
}

}  // namespace

Lowering::Lowering(const Graph& graph) : PlacedLowering(graph, "LiteRT") {
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    x_inputs.push_back(x_file.tensor(value.name, value.dtype, shape_of(id)));
    place(id, x_inputs.back(), plain_order(shape_of(id).size()));
  }
  const std::vector<bool> needed = needed_nodes(graph, operands);
  for (size_t i = 0; i < needed.size(); ++i)
    if (needed[i]) lower(graph.nodes()[i]);
  for (const ValueId id : graph.outputs())
    x_outputs.push_back(in_order(id, plain_order(shape_of(id).size())));
}

void Lowering::lower(const Node& node) {
  stand_at(node);
  if (const auto x = gelu_of(graph(), node)) {
    const Order order = order_of(*x);
    const int operand = in_order(*x, order);
    return give(0, add(TfliteOp::gelu, {operand}, DType::f32, shape_in_file(operand), {116}),
                order);
  }
  x_rule = find_rule(node.op);
  if (!x_rule) refuse("it has no counterpart here");
  x_rule->lower(*this);
}

std::string Lowering::name(const char* what) {
  return fmt::format("{}/{}/{}", x_next++, node().name, what);
}

int Lowering::add(TfliteOp op, std::vector<int32_t> inputs, DType type, const Shape& shape,
                  TfliteOptions options) {
  const int result = x_file.tensor(name("y"), type, shape);
  x_file.add(op, std::move(inputs), {result}, std::move(options));
  return result;
}

int Lowering::constant_of(const Tensor& tensor) {
  if (tensor.declared_only()) refuse("a constant has no values");
  return x_file.constant(name("constant"), tensor);
}

int Lowering::list(const std::vector<int64_t>& values) {
  const std::vector<int32_t> narrow(values.begin(), values.end());
  return constant_of(make_tensor(DType::i32, {static_cast<int64_t>(narrow.size())},
                                 std::as_bytes(std::span(narrow))));
}

int Lowering::reshape(int value, DType type, const Shape& shape) {
  return add(TfliteOp::reshape, {value, list(shape)}, type, shape);
}

int Lowering::transpose(int value, DType type, const std::vector<int32_t>& perm,
                        const Shape& shape) {
  return add(TfliteOp::transpose, {value, list({perm.begin(), perm.end()})}, type, shape, {26});
}

int Lowering::unary(TfliteOp op, int x) {
  return add(op, {x}, DType::f32, shape_in_file(x));
}

int Lowering::binary(TfliteOp op, int a, int b) {
  // Tables AddOptions, SubOptions, MulOptions, DivOptions; the others have none that matters.
  const uint8_t table = op == TfliteOp::add   ? 11
                        : op == TfliteOp::sub ? 28
                        : op == TfliteOp::mul ? 21
                        : op == TfliteOp::div ? 29
                                              : 0;
  return add(op, {a, b}, DType::f32, broadcast(shape_in_file(a), shape_in_file(b)), {table});
}

}  // namespace assay
