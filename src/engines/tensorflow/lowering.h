// SPDX-License-Identifier: MIT
// Lowering builds a Graph in TensorFlow's operations, in NHWC wherever an operation is faster so.
// Rules stand in one table per family, in lower_*.cc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/placed_lowering.h"
#include "engines/tensorflow/operation.h"

namespace assay {

class Lowering;
struct LoweringRule {
  std::string_view op;
  void (*lower)(Lowering&);
  const char* theirs = "";  // TensorFlow's operation, where the rule serves several
};

// How large constants stand in the session. A constant is a part of the graph, which TensorFlow
// copies about fifteen times as it optimizes it; a variable is shared. Only a constant is converted
// once by mixed precision, which takes a session's constants to bf16.
enum class Weights { variables, constants };

// A variable, which is given its value by running `assign` with `value` fed to `feed`.
struct Variable {
  TF_Output feed;
  TF_Operation* assign;
  TensorflowPointer<TF_Tensor> value;
};

class Lowering : public PlacedLowering<TF_Output> {
 public:
  // Both stay; lowers the whole graph. Unsupported, naming operator and node, for what has no rule.
  // Constants may be without values; then the target cannot be run.
  Lowering(const Graph& graph, TF_Graph* target, Weights weights);

  // In the graph's order, as the graph has them.
  const std::vector<TF_Output>& inputs() const { return x_inputs; }
  const std::vector<TF_Output>& outputs() const { return x_outputs; }
  const std::vector<Variable>& variables() const { return x_variables; }

  TF_Output constant_of(const Tensor& tensor) override;
  TF_Output reshape(TF_Output value, DType type, const Shape& shape) override;
  TF_Output transpose(TF_Output value, DType type, const std::vector<int32_t>& perm,
                      const Shape& shape) override;

  Weights weights() const { return x_weights; }
  TF_Output variable_of(const Tensor& tensor);

  // For the rules: of the node that is being lowered.
  const char* theirs() const { return x_rule->theirs; }
  Operation add(const char* kind);
  TF_Output scalar(float value) { return constant_of(make_f32({}, std::span(&value, 1))); }
  TF_Output list(const std::vector<int64_t>& values);
  // f32 operations of one and of two operands.
  TF_Output unary(const char* kind, TF_Output x);
  TF_Output binary(const char* kind, TF_Output a, TF_Output b);

 private:
  void lower(const Node& node);
  TF_Output placeholder(const Tensor& tensor);

  TF_Graph* x_target;
  Weights x_weights;
  std::vector<Variable> x_variables;
  const LoweringRule* x_rule = nullptr;
  std::string x_prefix;  // of the names of the operations that are made
  int x_next = 0;
  std::vector<TF_Output> x_inputs, x_outputs;
};

// The index of the node in the graph from the name of an operation that was made for it, also after
// TensorFlow's optimizer appended to the name; kNoNode for other names.
NodeId node_of_operation(std::string_view name);

std::span<const LoweringRule> elementwise_lowering();
std::span<const LoweringRule> window_lowering();
std::span<const LoweringRule> matrix_lowering();
std::span<const LoweringRule> reduction_lowering();
std::span<const LoweringRule> layout_lowering();

}  // namespace assay
