// SPDX-License-Identifier: MIT
// Lowering writes a Graph as a net of Caffe2's operators, images in NCHW as in the graph. Rules
// stand in one table per family, in lower_*.cc.
#pragma once

#include <messages.pb.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/lowered_node.h"

namespace assay {

class Lowering;
struct LoweringRule {
  std::string_view op;
  void (*lower)(Lowering&);
  const char* theirs = "";  // Caffe2's operator, where the rule serves several
};

// An operator that is being added to a net.
class Caffe2Operator {
 public:
  explicit Caffe2Operator(c2::OperatorDef* definition) : x_definition(definition) {}
  Caffe2Operator& set(const char* name, int64_t value);
  Caffe2Operator& set(const char* name, float value);
  Caffe2Operator& set(const char* name, const char* value);
  Caffe2Operator& set(const char* name, const std::vector<int64_t>& values);
  // A further output, which nobody reads.
  Caffe2Operator& also_gives(const std::string& blob);

 private:
  c2::Argument* argument(const char* name);
  c2::OperatorDef* x_definition;
};

struct Caffe2Net {
  c2::NetDef definition;                  // external inputs: the graph's, then the weights
  std::map<std::string, Tensor> weights;  // by name of the blob
  std::vector<NodeId> nodes;              // of the graph, that each operator was made for
};

class Lowering : public LoweredNode {
 public:
  // The graph stays; lowers the whole of it. Unsupported, naming operator and node, for what has no
  // rule.
  explicit Lowering(const Graph& graph);

  Caffe2Net take() && { return std::move(x_result); }

  // For the rules: of the node that is being lowered.
  const char* theirs() const { return x_rule->theirs; }
  std::string in(size_t input) { return blob_of(node().inputs.at(input)); }
  std::vector<std::string> all_inputs();
  // The blob of an output, for add(); or one that is known by another name already.
  std::string out(size_t output = 0) { return blob_of(node().outputs.at(output)); }
  void is_the_same(const std::string& blob) { x_blobs[node().outputs.at(0)] = blob; }
  std::string fresh();  // a blob between two operators of one node
  std::string weight(const Tensor& tensor);
  Caffe2Operator add(const char* type, const std::vector<std::string>& inputs,
                     const std::string& output);

 private:
  void lower(const Node& node);
  std::string blob_of(ValueId id);

  Caffe2Net x_result;
  std::map<ValueId, std::string> x_blobs;
  const LoweringRule* x_rule = nullptr;
  int x_next = 0;
};

std::span<const LoweringRule> elementwise_lowering();
std::span<const LoweringRule> window_lowering();
std::span<const LoweringRule> matrix_lowering();
std::span<const LoweringRule> layout_lowering();

}  // namespace assay
