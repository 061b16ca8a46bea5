// SPDX-License-Identifier: MIT
// Graph is a network as data, in the vocabulary of ONNX opset 17 (operator and attribute names,
// layouts NCHW/OIHW). Shapes are static and inferred as nodes are added, so a Graph that exists is
// consistent: nodes stand in topological order, every input refers to an earlier value, names are
// unique. Operators outside the vocabulary are kept: their outputs have no known shape, and nothing
// stops.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/tensor.h"

namespace assay {

using ValueId = int32_t;
using NodeId = int32_t;
inline constexpr ValueId kNoValue = -1;  // an optional input that is left out
inline constexpr NodeId kNoNode = -1;    // producer of inputs and constants

using Attribute = std::variant<int64_t, float, std::string, std::vector<int64_t>,
                               std::vector<float>, std::vector<std::string>, Tensor>;
using Attributes = std::map<std::string, Attribute, std::less<>>;

struct Value {
  std::string name;
  DType dtype = DType::undefined;
  std::optional<Shape> shape;  // empty: not known (after an unknown operator)
  NodeId producer = kNoNode;
  std::optional<Tensor> constant;  // set for weights and folded values
};

struct Node {
  std::string name;
  std::string op;  // "Conv", "Gemm", ...; a domain other than ai.onnx as "domain::Op"
  Attributes attributes;
  std::vector<ValueId> inputs;  // kNoValue where an optional input is left out
  std::vector<ValueId> outputs;

  int64_t attribute(std::string_view key, int64_t otherwise) const;
  float attribute(std::string_view key, float otherwise) const;
  std::string attribute(std::string_view key, const char* otherwise) const;
  std::vector<int64_t> attribute(std::string_view key, std::vector<int64_t> otherwise) const;
};

class Graph {
 public:
  explicit Graph(std::string name = "graph") : x_name(std::move(name)) {}

  // Each throws Error on a duplicate name, a dangling input or shapes that do not fit; the sentence
  // names the node and the shapes.
  ValueId input(const std::string& name, DType dtype, const Shape& shape);
  ValueId constant(const std::string& name, Tensor tensor);
  // Adds a node and infers its outputs. There are as many as output_names (an empty name leaves one
  // out: kNoValue); without names there is one, which takes the node's name, and for a Split with
  // constant sizes as many as those, "name_0", "name_1", ...
  std::vector<ValueId> add_node(std::string_view op, const std::string& name,
                                std::vector<ValueId> inputs, Attributes attributes = {},
                                std::vector<std::string> output_names = {});
  // The same for the usual node with one output.
  ValueId add(std::string_view op, const std::string& name, std::vector<ValueId> inputs,
              Attributes attributes = {});
  void output(ValueId value);
  // Error when another value has that name.
  void rename(ValueId value, const std::string& name);

  // Gives a declared constant its values, or replaces them; type and shape must fit (Error
  // otherwise).
  void fill(ValueId constant, Tensor tensor);

  const std::string& name() const { return x_name; }
  const std::vector<Node>& nodes() const { return x_nodes; }
  const std::vector<Value>& values() const { return x_values; }
  const Value& value(ValueId id) const { return x_values[static_cast<size_t>(id)]; }
  const Node& node(NodeId id) const { return x_nodes[static_cast<size_t>(id)]; }
  const std::vector<ValueId>& inputs() const { return x_inputs; }
  const std::vector<ValueId>& outputs() const { return x_outputs; }
  std::optional<ValueId> find(std::string_view value_name) const;
  // Operators outside the vocabulary, each once, in order of appearance.
  std::vector<std::string> unknown_operators() const;

  // Removes nodes and constants that no output needs. Ids change.
  void drop_unused();

 private:
  ValueId add_value(Value value);
  void require_new(const std::vector<std::string>& names) const;
  void renumber(const std::vector<bool>& kept, const std::vector<bool>& kept_node);

  std::string x_name;
  std::vector<Node> x_nodes;
  std::vector<Value> x_values;
  std::vector<ValueId> x_inputs, x_outputs;
  std::map<std::string, ValueId, std::less<>> x_by_name;
  std::set<std::string, std::less<>> x_node_names;
};

}  // namespace assay
