// SPDX-License-Identifier: MIT
// Importer builds a Graph from a parsed model (private to onnx/): binds inputs, reads weights,
// brings each node to the Graph's vocabulary, folds shape arithmetic, expands the model's own
// functions and takes the branch of an If whose condition is known.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "onnx/builder.h"
#include "onnx/functions.h"
#include "onnx/onnx.h"
#include "onnx/sort_nodes.h"
#include "onnx/tensor_reader.h"

namespace assay {

class Importer {
 public:
  // Takes weights out of `model`.
  Importer(onnx::ModelProto& model, const std::filesystem::path& folder);

  Graph import(const OnnxOptions& options);

 private:
  // The names that the nodes of one graph or function body see.
  struct Scope {
    const Scope* parent = nullptr;
    std::string prefix;  // of the names of its nodes and values in the Graph
    int64_t opset = 0;
    int depth = 0;
    std::map<std::string, ValueId> values;
    // Names that are called otherwise in the Graph, and those that the Graph's outputs need.
    std::map<std::string, std::string> renamed;
    std::set<std::string> kept;

    const ValueId* find(const std::string& name) const;
  };

  void add_initializers(onnx::GraphProto& graph, Scope& scope);
  void add_nodes(google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes, Scope& scope);
  void add_node(onnx::NodeProto& node, Scope& scope);
  void add_constant(onnx::NodeProto& node, Scope& scope);
  bool add_branch(onnx::NodeProto& node, Scope& scope);
  void add_call(const onnx::NodeProto& node, onnx::FunctionProto body, Scope& scope);
  void add_plain(onnx::NodeProto& node, Scope& scope);
  // The names of a called body's results take the caller's.
  void rename_results(const onnx::NodeProto& caller, const Scope& outer,
                      const std::vector<std::string>& results, Scope& inner) const;
  void bind(const std::string& name, ValueId value, Scope& scope);
  std::string graph_name(const std::string& name, const Scope& scope);
  ValueId lookup(const std::string& name, const Scope& scope) const;

  onnx::ModelProto& x_model;
  TensorReader x_tensors;
  Graph x_graph;
  Builder x_builder;
  Functions x_functions;
  int64_t x_expanded_bytes = 0;
};

}  // namespace assay
