// SPDX-License-Identifier: MIT
#include "engines/caffe2/lowering.h"

#include <fmt/format.h>

#include "engine/engine.h"

namespace assay {
namespace {

const LoweringRule* find_rule(std::string_view op) {
  for (const auto rules :
       {elementwise_lowering(), window_lowering(), matrix_lowering(), layout_lowering()})
    for (const LoweringRule& rule : rules)
      if (rule.op == op) return &rule;
  return nullptr;
}

}  // namespace

c2::Argument* Caffe2Operator::argument(const char* name) {
  c2::Argument* argument = x_definition->add_arg();
  argument->set_name(name);
  return argument;
}

Caffe2Operator& Caffe2Operator::set(const char* name, int64_t value) {
  argument(name)->set_i(value);
  return *this;
}

Caffe2Operator& Caffe2Operator::set(const char* name, float value) {
  argument(name)->set_f(value);
  return *this;
}

Caffe2Operator& Caffe2Operator::set(const char* name, const char* value) {
  argument(name)->set_s(value);
  return *this;
}

Caffe2Operator& Caffe2Operator::set(const char* name, const std::vector<int64_t>& values) {
  argument(name)->mutable_ints()->Add(values.begin(), values.end());
  return *this;
}

Caffe2Operator& Caffe2Operator::also_gives(const std::string& blob) {
  x_definition->add_output(blob);
  return *this;
}

Lowering::Lowering(const Graph& graph) : LoweredNode(graph, "Caffe2") {
  c2::NetDef& net = x_result.definition;
  net.set_name("assay");
  net.set_type("simple");  // one operator after the other, on the calling thread
  for (const ValueId id : graph.inputs()) net.add_external_input(blob_of(id));
  for (const Node& node : graph.nodes()) lower(node);
  for (const ValueId id : graph.outputs()) net.add_external_output(blob_of(id));
  for (const auto& [blob, tensor] : x_result.weights) net.add_external_input(blob);
}

void Lowering::lower(const Node& node) {
  stand_at(node);
  for (const ValueId id : node.inputs) {
    const DType type = id == kNoValue ? DType::undefined : graph().value(id).dtype;
    if (type == DType::f16 || type == DType::bf16)
      refuse(fmt::format("only in f32, not {}", name_of(type)));
  }
  x_rule = find_rule(node.op);
  if (!x_rule) refuse("it has no counterpart here");
  x_rule->lower(*this);
}

std::string Lowering::blob_of(ValueId id) {
  const auto known = x_blobs.find(id);
  if (known != x_blobs.end()) return known->second;
  const Value& value = graph().value(id);
  return x_blobs[id] = value.constant ? weight(*value.constant) : fmt::format("value{}", id);
}

std::vector<std::string> Lowering::all_inputs() {
  std::vector<std::string> blobs;
  for (size_t i = 0; i < node().inputs.size(); ++i) blobs.push_back(in(i));
  return blobs;
}

std::string Lowering::fresh() {
  return fmt::format("between{}", x_next++);
}

std::string Lowering::weight(const Tensor& tensor) {
  const std::string blob = fmt::format("weight{}", x_result.weights.size());
  x_result.weights.emplace(blob, tensor);
  return blob;
}

Caffe2Operator Lowering::add(const char* type, const std::vector<std::string>& inputs,
                             const std::string& output) {
  c2::OperatorDef* definition = x_result.definition.add_op();
  definition->set_type(type);
  for (const std::string& blob : inputs) definition->add_input(blob);
  definition->add_output(output);
  x_result.nodes.push_back(static_cast<NodeId>(index()));
  return Caffe2Operator(definition);
}

}  // namespace assay
