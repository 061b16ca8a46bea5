// SPDX-License-Identifier: MIT
#include "engines/tensorflow/lowering.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/engine.h"

namespace assay {
namespace {

constexpr int64_t kLargestConstant = 1024;  // elements

// TensorFlow's names have letters, digits and a few signs. The number in front makes them unique
// and says whose they are.
std::string prefix_of(size_t index, std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '_';
  return fmt::format("{}.{}", index, name);
}

const LoweringRule* find_rule(std::string_view op) {
  for (const auto rules : {elementwise_lowering(), window_lowering(), matrix_lowering(),
                           reduction_lowering(), layout_lowering()})
    for (const LoweringRule& rule : rules)
      if (rule.op == op) return &rule;
  return nullptr;
}

}  // namespace

Lowering::Lowering(const Graph& graph, TF_Graph* target, Weights weights)
    : PlacedLowering(graph, "TensorFlow"), x_target(target), x_weights(weights) {
  for (const ValueId id : graph.inputs()) {
    const std::string name = fmt::format("input{}", x_inputs.size());
    x_inputs.push_back(Operation(target, "Placeholder", name)
                           .set("dtype", graph.value(id).dtype)
                           .set_shape("shape", shape_of(id))
                           .output());
    place(id, x_inputs.back(), plain_order(shape_of(id).size()));
  }
  for (const Node& node : graph.nodes()) lower(node);
  x_prefix = "output";
  for (const ValueId id : graph.outputs()) {
    const TF_Output value = in_order(id, plain_order(shape_of(id).size()));
    x_outputs.push_back(add("Identity").input(value).set("T", graph.value(id).dtype).output());
  }
}

void Lowering::lower(const Node& node) {
  stand_at(node);
  x_prefix = prefix_of(index(), node.name);
  x_next = 0;
  x_rule = find_rule(node.op);
  if (!x_rule) refuse("it has no counterpart here");
  x_rule->lower(*this);
}

Operation Lowering::add(const char* kind) {
  return {x_target, kind, fmt::format("{}/{}_{}", x_prefix, kind, x_next++)};
}

TF_Output Lowering::constant_of(const Tensor& tensor) {
  if (tensor.declared_only()) return placeholder(tensor);
  if (x_weights == Weights::variables && tensor.elements() > kLargestConstant)
    return variable_of(tensor);
  return add("Const").set_tensor("value", tensor).set("dtype", tensor.dtype).output();
}

TF_Output Lowering::placeholder(const Tensor& tensor) {
  return add("Placeholder").set("dtype", tensor.dtype).set_shape("shape", tensor.shape).output();
}

TF_Output Lowering::variable_of(const Tensor& tensor) {
  if (tensor.declared_only()) return placeholder(tensor);
  const std::string name = fmt::format("variable{}", x_variables.size());
  const TF_Output handle = add("VarHandleOp")
                               .set("shared_name", name.c_str())
                               .set("dtype", tensor.dtype)
                               .set_shape("shape", tensor.shape)
                               .output();
  const TF_Output feed = placeholder(tensor);
  TF_Operation* assign =
      add("AssignVariableOp").input(handle).input(feed).set("dtype", tensor.dtype).finish();
  x_variables.push_back({feed, assign, copy_of(tensor)});
  return add("ReadVariableOp").input(handle).set("dtype", tensor.dtype).output();
}

TF_Output Lowering::list(const std::vector<int64_t>& values) {
  return constant_of(make_i64({static_cast<int64_t>(values.size())}, values));
}

TF_Output Lowering::reshape(TF_Output value, DType type, const Shape& shape) {
  const TF_Output to = list(shape);
  return add("Reshape").input(value).input(to).set("T", type).set("Tshape", DType::i64).output();
}

TF_Output Lowering::transpose(TF_Output value, DType type, const std::vector<int32_t>& perm,
                              const Shape&) {
  const TF_Output to = list({perm.begin(), perm.end()});
  return add("Transpose").input(value).input(to).set("T", type).set("Tperm", DType::i64).output();
}

TF_Output Lowering::unary(const char* kind, TF_Output x) {
  return add(kind).input(x).set("T", DType::f32).output();
}

TF_Output Lowering::binary(const char* kind, TF_Output a, TF_Output b) {
  return add(kind).input(a).input(b).set("T", DType::f32).output();
}

NodeId node_of_operation(std::string_view name) {
  NodeId id = kNoNode;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  return error == std::errc() && end != name.data() + name.size() && *end == '.' ? id : kNoNode;
}

}  // namespace assay
