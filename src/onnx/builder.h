// SPDX-License-Identifier: MIT
// Builder adds a file's nodes to a Graph (private to onnx/): it keeps names unique, computes small
// nodes whose inputs are constants (shape arithmetic) instead of adding them, and makes the
// constants and nodes that bring old operators to the Graph's vocabulary.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/infer.h"
#include "onnx/fill_pool.h"

namespace assay {

// A node of the file on its way into the Graph.
struct PendingNode {
  std::string op;
  std::string name;
  Attributes attributes;
  std::vector<ValueId> inputs;
  std::vector<std::string> outputs;  // value names in the Graph; empty where left out

  bool has_input(size_t index) const { return index < inputs.size() && inputs[index] != kNoValue; }
  // Grows `inputs` as needed.
  void set_input(size_t index, ValueId value);
  // The attribute's value, removed from the node; `otherwise` when it is absent. Error when it is
  // of another type.
  template <typename T>
  T take(std::string_view key, T otherwise) {
    const auto found = attributes.find(key);
    if (found == attributes.end()) return otherwise;
    T* value = std::get_if<T>(&found->second);
    if (!value) throw Error("node '{}' ({}): attribute '{}' has the wrong type", name, op, key);
    T taken = std::move(*value);
    attributes.erase(found);
    return taken;
  }
};

class Builder {
 public:
  explicit Builder(Graph& graph) : x_graph(graph) {}

  Graph& graph() { return x_graph; }
  const Value& value(ValueId id) const { return x_graph.value(id); }

  // Adds the node or, where its inputs are constant and its results small, their values.
  std::vector<ValueId> emit(PendingNode node);
  // A new node with one result, named after `node` with `suffix`.
  ValueId add(const PendingNode& node, std::string_view suffix, std::string_view op,
              std::vector<ValueId> inputs, Attributes attributes = {});
  ValueId constant(const PendingNode& node, std::string_view suffix, Tensor tensor);
  ValueId integers(const PendingNode& node, std::string_view suffix,
                   const std::vector<int64_t>& values);
  // A scalar of the given type (f32 when it is not known).
  ValueId scalar(const PendingNode& node, std::string_view suffix, double value, DType dtype);

  // The values of a constant of integers; empty when it is computed.
  std::optional<std::vector<int64_t>> integers_of(ValueId id) const;

  // `wanted`, or `wanted` with a number when a value has that name already.
  std::string unique(const std::string& wanted);
  std::string unique_node_name(const std::string& wanted);

 private:
  std::optional<std::vector<Tensor>> computed(const PendingNode& node);
  std::optional<std::vector<Tensor>> filled(const Node& node, const Inferred& inferred);

  Graph& x_graph;
  std::set<std::string> x_node_names;
  std::map<std::string, int> x_repeats;  // how often a name was wanted again
  FillPool x_fills;
  int64_t x_folded_bytes = 0;
};

}  // namespace assay
