// SPDX-License-Identifier: MIT
#include "onnx/importer.h"

#include <fmt/format.h>

#include <algorithm>

#include "onnx/attribute_reader.h"
#include "onnx/bind_inputs.h"
#include "onnx/model_proto.h"
#include "onnx/upgrade.h"

namespace assay {
namespace {

// Bounds on what functions may expand to: real exporters stay below a hundredth of these.
constexpr int kDeepestCall = 64;
constexpr int64_t kLargestExpansionBytes = 512 << 20;

std::string operator_name(const onnx::NodeProto& node) {
  const bool is_default = node.domain().empty() || node.domain() == "ai.onnx";
  return is_default ? node.op_type() : node.domain() + "::" + node.op_type();
}

std::string node_name(const onnx::NodeProto& node) {
  if (!node.name().empty()) return node.name();
  for (const std::string& output : node.output())
    if (!output.empty()) return output;
  return node.op_type();
}

template <typename Values>
std::vector<std::string> names_of(const Values& values) {
  std::vector<std::string> names;
  for (const auto& each : values) names.push_back(each.name());
  return names;
}

onnx::GraphProto* subgraph(onnx::NodeProto& node, std::string_view name) {
  for (auto& each : *node.mutable_attribute())
    if (each.name() == name && each.has_g()) return each.mutable_g();
  return nullptr;
}

// The value of a constant truth; empty when it is computed.
std::optional<bool> truth(const Value& value) {
  if (!value.constant || value.constant->declared_only() || value.dtype != DType::boolean ||
      value.constant->elements() != 1)
    return std::nullopt;
  return value.constant->as<uint8_t>()[0] != 0;
}

void drop_trailing(std::vector<ValueId>& inputs, std::vector<std::string>& outputs) {
  while (!inputs.empty() && inputs.back() == kNoValue) inputs.pop_back();
  while (outputs.size() > 1 && outputs.back().empty()) outputs.pop_back();
}

}  // namespace

Importer::Importer(onnx::ModelProto& model, const std::filesystem::path& folder)
    : x_model(model),
      x_tensors(folder),
      x_graph(model.graph().name().empty() ? "graph" : model.graph().name()),
      x_builder(x_graph),
      x_functions(take_functions(model)) {}

const ValueId* Importer::Scope::find(const std::string& name) const {
  for (const Scope* scope = this; scope; scope = scope->parent)
    if (const auto found = scope->values.find(name); found != scope->values.end())
      return &found->second;
  return nullptr;
}

Graph Importer::import(const OnnxOptions& options) {
  onnx::GraphProto& graph = *x_model.mutable_graph();
  if (options.structure_only) x_tensors.only_structure();
  if (graph.output().empty()) throw Error("the model has no outputs");
  Scope scope;
  scope.opset = default_opset(x_model.opset_import());
  for (const auto& each : graph.output()) scope.kept.insert(each.name());
  for (const OnnxInput& each : bound_inputs(graph, options))
    scope.values.emplace(each.name, x_graph.input(each.name, each.dtype, each.shape));
  add_initializers(graph, scope);
  add_nodes(*graph.mutable_node(), scope);
  for (const auto& each : graph.output()) {
    const ValueId* value = scope.find(each.name());
    if (!value) throw Error("the model's output '{}' is produced by no node", each.name());
    x_graph.output(*value);
  }
  x_graph.drop_unused();
  return std::move(x_graph);
}

void Importer::add_initializers(onnx::GraphProto& graph, Scope& scope) {
  if (graph.sparse_initializer_size() > 0)
    throw Error("the model has sparse weights, which cannot be read");
  for (auto& each : *graph.mutable_initializer())
    bind(each.name(),
         x_graph.constant(graph_name(each.name(), scope), x_tensors.read(each, each.name())),
         scope);
}

void Importer::add_nodes(google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes, Scope& scope) {
  if (scope.depth > kDeepestCall) throw Error("the model's functions call each other without end");
  const auto order =
      sorted_nodes(nodes, [&](const std::string& name) { return scope.find(name) != nullptr; });
  for (int index : order) add_node(nodes[index], scope);
}

void Importer::add_node(onnx::NodeProto& node, Scope& scope) {
  if (node.output().empty()) return;
  const std::string op = operator_name(node);
  if (const onnx::FunctionProto* function = called_function(x_functions, node))
    return add_call(node, function_body(*function, node), scope);
  if (op == "Constant") return add_constant(node, scope);
  if (op == "Identity" && node.input_size() == 1)
    return bind(node.output(0), lookup(node.input(0), scope), scope);
  if (op == "If" && add_branch(node, scope)) return;
  add_plain(node, scope);
}

void Importer::add_constant(onnx::NodeProto& node, Scope& scope) {
  const std::string& name = node.output(0);
  bind(name, x_graph.constant(graph_name(name, scope), constant_value(node, x_tensors)), scope);
}

void Importer::add_plain(onnx::NodeProto& node, Scope& scope) {
  PendingNode pending;
  pending.op = operator_name(node);
  pending.name = scope.prefix + node_name(node);
  pending.attributes = read_attributes(node, x_tensors);
  for (const std::string& name : node.input())
    pending.inputs.push_back(name.empty() ? kNoValue : lookup(name, scope));
  for (const std::string& name : captured_names(node))
    pending.inputs.push_back(lookup(name, scope));
  for (const std::string& name : node.output())
    pending.outputs.push_back(name.empty() ? name : graph_name(name, scope));
  const bool is_default = node.domain().empty() || node.domain() == "ai.onnx";
  if (is_default && scope.opset == 0) throw Error("the model does not say which opset it uses");
  upgrade(pending, x_builder, scope.opset == 0 ? kGraphOpset : scope.opset);
  drop_trailing(pending.inputs, pending.outputs);
  const std::vector<ValueId> results = x_builder.emit(std::move(pending));
  for (size_t i = 0; i < results.size(); ++i)
    if (results[i] != kNoValue) bind(node.output(static_cast<int>(i)), results[i], scope);
}

bool Importer::add_branch(onnx::NodeProto& node, Scope& scope) {
  if (node.input_size() != 1) return false;
  const auto condition = truth(x_graph.value(lookup(node.input(0), scope)));
  if (!condition) return false;
  onnx::GraphProto* graph = subgraph(node, *condition ? "then_branch" : "else_branch");
  if (!graph || graph->output_size() != node.output_size()) return false;
  Scope inner;
  inner.parent = &scope;
  inner.prefix = fmt::format("{}{}/", scope.prefix, node_name(node));
  inner.opset = scope.opset;
  inner.depth = scope.depth + 1;
  rename_results(node, scope, names_of(graph->output()), inner);
  add_initializers(*graph, inner);
  add_nodes(*graph->mutable_node(), inner);
  for (int i = 0; i < node.output_size(); ++i)
    bind(node.output(i), lookup(graph->output(i).name(), inner), scope);
  return true;
}

void Importer::add_call(const onnx::NodeProto& node, onnx::FunctionProto body, Scope& scope) {
  x_expanded_bytes += static_cast<int64_t>(body.ByteSizeLong()) + 64;
  if (x_expanded_bytes > kLargestExpansionBytes)
    throw Error("the model's functions expand to more than {} MiB", kLargestExpansionBytes >> 20);
  Scope inner;
  inner.prefix = fmt::format("{}{}/", scope.prefix, node_name(node));
  inner.opset = default_opset(body.opset_import());
  if (inner.opset == 0) inner.opset = scope.opset;
  inner.depth = scope.depth + 1;
  if (node.input_size() > body.input_size() || node.output_size() > body.output_size())
    throw Error("{} does not fit its function, which has {} inputs and {} outputs", describe(node),
                body.input_size(), body.output_size());
  for (int i = 0; i < body.input_size(); ++i) {
    const bool given = i < node.input_size() && !node.input(i).empty();
    inner.values.emplace(body.input(i), given ? lookup(node.input(i), scope) : kNoValue);
  }
  rename_results(node, scope, {body.output().begin(), body.output().end()}, inner);
  add_nodes(*body.mutable_node(), inner);
  for (int i = 0; i < node.output_size(); ++i)
    if (!node.output(i).empty()) bind(node.output(i), lookup(body.output(i), inner), scope);
}

void Importer::rename_results(const onnx::NodeProto& caller, const Scope& outer,
                              const std::vector<std::string>& results, Scope& inner) const {
  for (int i = 0; i < caller.output_size(); ++i) {
    const std::string& name = caller.output(i);
    if (name.empty()) continue;
    const auto renamed = outer.renamed.find(name);
    inner.renamed.emplace(results[static_cast<size_t>(i)],
                          renamed == outer.renamed.end() ? outer.prefix + name : renamed->second);
  }
}

// A value that reaches a name of the model's outputs by another way gets that name by an Identity.
void Importer::bind(const std::string& name, ValueId value, Scope& scope) {
  if (scope.values.contains(name)) throw Error("the model has two values named '{}'", name);
  if (value != kNoValue && scope.kept.contains(name) && x_graph.value(value).name != name)
    value = x_graph.add_node("Identity", x_builder.unique_node_name(name), {value}, {}, {name})[0];
  scope.values.emplace(name, value);
}

std::string Importer::graph_name(const std::string& name, const Scope& scope) {
  const auto renamed = scope.renamed.find(name);
  return x_builder.unique(renamed == scope.renamed.end() ? scope.prefix + name : renamed->second);
}

ValueId Importer::lookup(const std::string& name, const Scope& scope) const {
  const ValueId* value = scope.find(name);
  if (!value) throw Error("'{}' is read, but nothing produces it", name);
  return *value;
}

}  // namespace assay
