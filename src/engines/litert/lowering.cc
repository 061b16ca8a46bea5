// SPDX-License-Identifier: MIT
#include "engines/litert/lowering.h"

#include <fmt/format.h>

#include "engine/engine.h"
#include "graph/composed.h"

namespace assay {
namespace {

const LoweringRule* find_rule(std::string_view op) {
  for (const auto rules : {elementwise_lowering(), window_lowering(), matrix_lowering(),
                           layout_lowering(), quantization_lowering()})
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

Lowering::Lowering(const FoldedQdq& network)
    : PlacedLowering(network.graph, "LiteRT"),
      x_integers(network.integers),
      x_readers(network.graph) {
  const Graph& graph = network.graph;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    x_inputs.push_back(x_file.tensor(value.name, value.dtype, shape_of(id)));
    place(id, x_inputs.back(), plain_order(shape_of(id).size()));
  }
  const std::vector<bool> needed = needed_nodes(graph, operands);
  for (size_t i = 0; i < needed.size(); ++i)
    if (needed[i]) lower(graph.nodes()[i]);
  for (const ValueId id : graph.outputs())
    x_outputs.push_back(as_f32(in_order(id, plain_order(shape_of(id).size()))));
}

void Lowering::lower(const Node& node) {
  if (x_taken_in.contains(&node)) return;
  stand_at(node);
  if (lower_integers(node)) return;
  if (const auto x = gelu_of(graph(), node)) {
    const Order order = order_of(*x);
    const int operand = as_f32(in_order(*x, order));
    return give(0, add(TfliteOp::gelu, {operand}, DType::f32, shape_in_file(operand), {116}),
                order);
  }
  const LoweringRule* rule = find_rule(node.op);
  if (!rule) refuse("it has no counterpart here");
  x_theirs = rule->theirs;
  rule->lower(*this);
}

bool Lowering::lower_integers(const Node& node) {
  for (const IntegerRule& rule : integer_lowering())
    if (rule.op == node.op) {
      x_theirs = rule.theirs;
      return rule.lower(*this);
    }
  return false;
}

Lowering::Aligned Lowering::align(std::span<const size_t> which) {
  Aligned aligned = PlacedLowering::align(which);
  for (int& operand : aligned.operands) operand = as_f32(operand);
  return aligned;
}

std::optional<Grid> Lowering::grid(int tensor) const {
  const TfliteQuantization& quantization = x_file.quantization(tensor);
  if (quantization.scales.size() != 1) return std::nullopt;
  return Grid{quantization.scales[0], static_cast<int32_t>(quantization.zeros[0])};
}

std::optional<Grid> Lowering::stored_grid(size_t input) {
  if (!has(input) || constant(input)) return std::nullopt;
  return grid(stored(input));
}

const IntegerConstant* Lowering::integers(size_t input) const {
  if (!has(input)) return nullptr;
  const auto found = x_integers.find(node().inputs[input]);
  return found == x_integers.end() ? nullptr : &found->second;
}

int Lowering::as_f32(int tensor) {
  if (!grid(tensor)) return tensor;
  const auto known = x_dequantized.find(tensor);
  if (known != x_dequantized.end()) return known->second;
  const int result = add(TfliteOp::dequantize, {tensor}, DType::f32, shape_in_file(tensor));
  x_dequantized.emplace(tensor, result);
  return result;
}

int Lowering::quantize(int tensor, const Grid& onto) {
  if (grid(tensor) == onto) return tensor;
  // From grid to grid XNNPACK has a factor of 8 fractional bits only; by way of f32 it is exact.
  return add_on(onto, TfliteOp::quantize, {as_f32(tensor)}, shape_in_file(tensor));
}

void Lowering::give_integers(const QuantizedOutput& output, int tensor, const Order& order) {
  give(0, tensor, order);
  if (!output.rectifier) return;
  place(output.rectifier->outputs[0], tensor, order);
  x_taken_in.insert(output.rectifier);
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

int Lowering::add_like(int tensor, TfliteOp op, std::vector<int32_t> inputs, const Shape& shape,
                       TfliteOptions options) {
  if (const auto same = grid(tensor))
    return add_on(*same, op, std::move(inputs), shape, std::move(options));
  return add(op, std::move(inputs), x_file.type(tensor), shape, std::move(options));
}

int Lowering::add_on(const Grid& grid, TfliteOp op, std::vector<int32_t> inputs, const Shape& shape,
                     TfliteOptions options) {
  const int result = x_file.tensor(name("y"), DType::i8, shape, {{grid.scale}, {grid.zero}});
  x_file.add(op, std::move(inputs), {result}, std::move(options));
  return result;
}

int Lowering::integer_constant(const Tensor& values, const std::vector<float>& scales,
                               size_t axis) {
  return x_file.constant(name("integers"), values,
                         {scales, std::vector<int64_t>(scales.size(), 0),
                          static_cast<int32_t>(scales.size() > 1 ? axis : 0)});
}

int Lowering::constant_of(const Tensor& tensor) {
  return x_file.constant(name("constant"), tensor);
}

int Lowering::list(const std::vector<int64_t>& values) {
  const std::vector<int32_t> narrow(values.begin(), values.end());
  return constant_of(make_tensor(DType::i32, {static_cast<int64_t>(narrow.size())},
                                 std::as_bytes(std::span(narrow))));
}

int Lowering::reshape(int value, DType, const Shape& shape) {
  return add_like(value, TfliteOp::reshape, {value, list(shape)}, shape);
}

int Lowering::transpose(int value, DType, const std::vector<int32_t>& perm, const Shape& shape) {
  return add_like(value, TfliteOp::transpose, {value, list({perm.begin(), perm.end()})}, shape,
                  {26});
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
