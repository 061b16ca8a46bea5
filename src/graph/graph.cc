// SPDX-License-Identifier: MIT
#include "graph/graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "graph/infer.h"

namespace assay {
namespace {

template <typename T>
const T* find_attribute(const Node& node, std::string_view key) {
  auto found = node.attributes.find(key);
  if (found == node.attributes.end()) return nullptr;
  const T* value = std::get_if<T>(&found->second);
  if (!value)
    throw Error("node '{}' ({}): attribute '{}' has the wrong type", node.name, node.op, key);
  return value;
}

std::vector<std::string> default_output_names(const Graph& graph, std::string_view op,
                                              const std::string& name,
                                              const std::vector<ValueId>& inputs) {
  if (op == "Split" && inputs.size() > 1 && inputs[1] != kNoValue) {
    const Value& sizes = graph.value(inputs[1]);
    if (sizes.shape && sizes.shape->size() == 1 && sizes.shape->front() <= 1 << 16) {
      std::vector<std::string> names;
      for (int64_t i = 0; i < sizes.shape->front(); ++i)
        names.push_back(fmt::format("{}_{}", name, i));
      return names;
    }
  }
  return {name};
}

}  // namespace

int64_t Node::attribute(std::string_view key, int64_t otherwise) const {
  const auto* value = find_attribute<int64_t>(*this, key);
  return value ? *value : otherwise;
}

float Node::attribute(std::string_view key, float otherwise) const {
  const auto* value = find_attribute<float>(*this, key);
  return value ? *value : otherwise;
}

std::string Node::attribute(std::string_view key, const char* otherwise) const {
  const auto* value = find_attribute<std::string>(*this, key);
  return value ? *value : otherwise;
}

std::vector<int64_t> Node::attribute(std::string_view key, std::vector<int64_t> otherwise) const {
  const auto* value = find_attribute<std::vector<int64_t>>(*this, key);
  return value ? *value : std::move(otherwise);
}

ValueId Graph::add_value(Value value) {
  if (value.name.empty()) throw Error("a value of graph '{}' has no name", x_name);
  const ValueId id = static_cast<ValueId>(x_values.size());
  if (!x_by_name.emplace(value.name, id).second)
    throw Error("graph '{}' has two values named '{}'", x_name, value.name);
  x_values.push_back(std::move(value));
  return id;
}

void Graph::require_new(const std::vector<std::string>& names) const {
  std::set<std::string_view> seen;
  for (const std::string& each : names)
    if (!each.empty() && (x_by_name.contains(each) || !seen.insert(each).second))
      throw Error("graph '{}' has two values named '{}'", x_name, each);
}

ValueId Graph::input(const std::string& name, DType dtype, const Shape& shape) {
  for (int64_t dimension : shape)
    if (dimension <= 0 || dimension > kMaxElements)
      throw Error("input '{}' has the shape {}: every dimension is from 1 to 2^60", name,
                  to_string(shape));
  element_count(shape);
  const ValueId id = add_value({name, dtype, shape, kNoNode, std::nullopt});
  x_inputs.push_back(id);
  return id;
}

ValueId Graph::constant(const std::string& name, Tensor tensor) {
  const DType dtype = tensor.dtype;
  Shape shape = tensor.shape;
  element_count(shape);
  return add_value({name, dtype, std::move(shape), kNoNode, std::move(tensor)});
}

std::vector<ValueId> Graph::add_node(std::string_view op, const std::string& name,
                                     std::vector<ValueId> inputs, Attributes attributes,
                                     std::vector<std::string> output_names) {
  std::vector<const Value*> values;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] < kNoValue || inputs[i] >= static_cast<ValueId>(x_values.size()))
      throw Error("node '{}' ({}): input {} is no value of this graph", name, op, i);
    values.push_back(inputs[i] == kNoValue ? nullptr : &value(inputs[i]));
  }
  if (name.empty()) throw Error("a {} node of graph '{}' has no name", op, x_name);
  if (x_node_names.contains(name)) throw Error("graph '{}' has two nodes named '{}'", x_name, name);
  if (output_names.empty()) output_names = default_output_names(*this, op, name, inputs);
  Node node{name, std::string(op), std::move(attributes), std::move(inputs), {}};
  std::vector<Inferred> inferred = infer(node, values, output_names.size());
  require_new(output_names);

  const NodeId id = static_cast<NodeId>(x_nodes.size());
  for (size_t i = 0; i < output_names.size(); ++i) {
    if (output_names[i].empty()) {
      node.outputs.push_back(kNoValue);
      continue;
    }
    node.outputs.push_back(add_value(
        {output_names[i], inferred[i].dtype, std::move(inferred[i].shape), id, std::nullopt}));
  }
  x_node_names.insert(name);
  x_nodes.push_back(std::move(node));
  return x_nodes.back().outputs;
}

ValueId Graph::add(std::string_view op, const std::string& name, std::vector<ValueId> inputs,
                   Attributes attributes) {
  return add_node(op, name, std::move(inputs), std::move(attributes), {name}).front();
}

void Graph::output(ValueId id) {
  if (id < 0 || id >= static_cast<ValueId>(x_values.size()))
    throw Error("output {} of graph '{}' is no value of it", x_outputs.size(), x_name);
  x_outputs.push_back(id);
}

void Graph::rename(ValueId id, const std::string& name) {
  if (id < 0 || id >= static_cast<ValueId>(x_values.size()))
    throw Error("value {} of graph '{}' is to be named '{}', but there is no such value", id,
                x_name, name);
  Value& target = x_values[static_cast<size_t>(id)];
  if (target.name == name) return;
  if (!x_by_name.emplace(name, id).second)
    throw Error("graph '{}' has two values named '{}'", x_name, name);
  x_by_name.erase(target.name);
  target.name = name;
}

void Graph::fill(ValueId id, Tensor tensor) {
  if (id < 0 || id >= static_cast<ValueId>(x_values.size()) || !value(id).constant)
    throw Error("value {} of graph '{}' is no constant, so it cannot be filled", id, x_name);
  Value& target = x_values[static_cast<size_t>(id)];
  if (tensor.dtype != target.dtype || tensor.shape != *target.shape)
    throw Error("constant '{}' is {} {}, the values given for it are {} {}", target.name,
                name_of(target.dtype), to_string(*target.shape), name_of(tensor.dtype),
                to_string(tensor.shape));
  target.constant = std::move(tensor);
}

std::optional<ValueId> Graph::find(std::string_view value_name) const {
  auto found = x_by_name.find(value_name);
  return found == x_by_name.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Graph::unknown_operators() const {
  std::vector<std::string> unknown;
  for (const Node& each : x_nodes)
    if (!known_operator(each.op) &&
        std::find(unknown.begin(), unknown.end(), each.op) == unknown.end())
      unknown.push_back(each.op);
  return unknown;
}

void Graph::drop_unused() {
  std::vector<bool> used(x_values.size()), used_node(x_nodes.size());
  for (ValueId id : x_inputs) used[static_cast<size_t>(id)] = true;
  for (ValueId id : x_outputs) used[static_cast<size_t>(id)] = true;
  for (size_t n = x_nodes.size(); n-- > 0;) {
    const Node& each = x_nodes[n];
    used_node[n] = std::any_of(each.outputs.begin(), each.outputs.end(), [&](ValueId id) {
      return id != kNoValue && used[static_cast<size_t>(id)];
    });
    if (!used_node[n]) continue;
    for (const auto& ids : {each.inputs, each.outputs})
      for (ValueId id : ids)
        if (id != kNoValue) used[static_cast<size_t>(id)] = true;
  }
  renumber(used, used_node);
}

void Graph::renumber(const std::vector<bool>& kept, const std::vector<bool>& kept_node) {
  std::vector<ValueId> moved(x_values.size(), kNoValue);
  std::vector<NodeId> moved_node(x_nodes.size(), kNoNode);
  std::vector<Node> nodes;
  std::vector<Value> values;
  for (size_t n = 0; n < x_nodes.size(); ++n) {
    if (!kept_node[n]) {
      x_node_names.erase(x_nodes[n].name);
      continue;
    }
    moved_node[n] = static_cast<NodeId>(nodes.size());
    nodes.push_back(std::move(x_nodes[n]));
  }
  x_by_name.clear();
  for (size_t v = 0; v < x_values.size(); ++v) {
    if (!kept[v]) continue;
    moved[v] = static_cast<ValueId>(values.size());
    values.push_back(std::move(x_values[v]));
    Value& each = values.back();
    if (each.producer != kNoNode) each.producer = moved_node[static_cast<size_t>(each.producer)];
    x_by_name.emplace(each.name, moved[v]);
  }
  auto move_all = [&](std::vector<ValueId>& ids) {
    for (ValueId& id : ids)
      if (id != kNoValue) id = moved[static_cast<size_t>(id)];
  };
  for (Node& each : nodes) move_all(each.inputs), move_all(each.outputs);
  move_all(x_inputs), move_all(x_outputs);
  x_nodes = std::move(nodes);
  x_values = std::move(values);
}

}  // namespace assay
