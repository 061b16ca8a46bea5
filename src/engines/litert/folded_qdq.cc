// SPDX-License-Identifier: MIT
#include "engines/litert/folded_qdq.h"

#include <algorithm>

#include "graph/execute.h"

namespace assay {
namespace {

Tensor shifted_to_i8(const Tensor& tensor) {
  if (tensor.declared_only()) return declare(DType::i8, tensor.shape);
  std::vector<int8_t> values;
  for (const uint8_t value : tensor.as<uint8_t>())
    values.push_back(static_cast<int8_t>(value - 128));
  return make_tensor(DType::i8, tensor.shape, std::as_bytes(std::span(values)));
}

std::vector<int32_t> zeros_of(const Tensor* tensor, DType type, size_t count) {
  std::vector<int32_t> zeros(count, 0);
  for (size_t i = 0; tensor && i < count; ++i)
    zeros[i] = type == DType::u8   ? tensor->as<uint8_t>()[i]
               : type == DType::i8 ? tensor->as<int8_t>()[i]
                                   : tensor->as<int32_t>()[i];
  if (type == DType::u8)
    for (int32_t& zero : zeros) zero -= 128;
  return zeros;
}

// Of the inputs of a DequantizeLinear; empty for integers that no kernel takes.
std::optional<IntegerConstant> integers_of(const Node& node,
                                           std::span<const Tensor* const> inputs) {
  const Tensor &values = *inputs[0], &scale = *inputs[1];
  const DType type = values.dtype;
  if (scale.dtype != DType::f32) return std::nullopt;
  if (type != DType::i8 && type != DType::u8 && type != DType::i32) return std::nullopt;
  const auto scales = scale.as<float>();
  IntegerConstant result{type == DType::u8 ? shifted_to_i8(values) : values,
                         {scales.begin(), scales.end()},
                         zeros_of(inputs.size() > 2 ? inputs[2] : nullptr, type, scales.size())};
  const auto rank = static_cast<int64_t>(values.shape.size());
  const int64_t axis = node.attribute("axis", int64_t{1});
  if (scales.size() > 1) result.axis = static_cast<size_t>(axis < 0 ? axis + rank : axis);
  return result;
}

class Folding {
 public:
  explicit Folding(const Graph& from)
      : x_from(from), x_to{Graph(from.name()), {}}, x_known(from.values().size(), kNoValue) {}

  FoldedQdq run() {
    for (const ValueId id : x_from.inputs()) {
      const Value& value = x_from.value(id);
      known(id) = x_to.graph.input(value.name, value.dtype, value.shape.value());
    }
    for (const Node& node : x_from.nodes())
      if (!fold(node)) keep(node);
    for (const ValueId id : x_from.outputs()) x_to.graph.output(taken(id));
    return std::move(x_to);
  }

 private:
  ValueId& known(ValueId id) { return x_known[static_cast<size_t>(id)]; }

  // Constants come over on first use.
  ValueId taken(ValueId id) {
    if (id == kNoValue) return kNoValue;
    const Value& value = x_from.value(id);
    if (known(id) == kNoValue && value.constant)
      known(id) = x_to.graph.constant(value.name, *value.constant);
    return known(id);
  }

  void keep(const Node& node) {
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) inputs.push_back(taken(id));
    std::vector<std::string> names;
    for (const ValueId id : node.outputs)
      names.push_back(id == kNoValue ? "" : x_from.value(id).name);
    const auto made = x_to.graph.add_node(node.op, node.name, inputs, node.attributes, names);
    for (size_t i = 0; i < made.size(); ++i)
      if (node.outputs[i] != kNoValue) known(node.outputs[i]) = made[i];
  }

  bool fold(const Node& node) {
    const bool dequantizes = node.op == "DequantizeLinear";
    if (!dequantizes && node.op != "QuantizeLinear") return false;
    std::vector<const Tensor*> inputs;
    for (const ValueId id : node.inputs) {
      const Tensor* tensor = id == kNoValue ? nullptr : constant(id);
      const bool may_be_declared = inputs.empty();
      if (id != kNoValue && (!tensor || (tensor->declared_only() && !may_be_declared)))
        return false;
      inputs.push_back(tensor);
    }
    if (inputs.empty() || !inputs[0]) return false;
    // Both before the graph grows, which moves the constants that `inputs` point to.
    auto integers = dequantizes ? integers_of(node, inputs) : std::nullopt;
    const ValueId id = node.outputs[0];
    const Tensor folded = inputs[0]->declared_only()
                              ? declare(x_from.value(id).dtype, inputs[0]->shape)
                              : execute_node(node, inputs, 1).front();
    known(id) = x_to.graph.constant(x_from.value(id).name, folded);
    if (integers) x_to.integers.emplace(known(id), std::move(*integers));
    return true;
  }

  // Also of what was folded before.
  const Tensor* constant(ValueId id) {
    if (x_from.value(id).constant) return &*x_from.value(id).constant;
    if (known(id) == kNoValue) return nullptr;
    const auto& folded = x_to.graph.value(known(id)).constant;
    return folded ? &*folded : nullptr;
  }

  const Graph& x_from;
  FoldedQdq x_to;
  std::vector<ValueId> x_known;  // in x_to, by value of x_from
};

}  // namespace

bool IntegerConstant::is_symmetric() const {
  return std::ranges::count(zeros, 0) == std::ssize(zeros);
}

FoldedQdq fold_qdq(const Graph& graph) {
  return Folding(graph).run();
}

}  // namespace assay
