// SPDX-License-Identifier: MIT
// What a shape rule works with (private to graph/): NodeView is one node with its inputs' types,
// shapes and constant values, and the checks that rules share. A rule is called only when the
// shapes of all given inputs are known. The rules stand in one table per family, in infer_*.cc,
// and follow the operator definitions of ONNX opset 17.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "graph/infer.h"

namespace assay {

class NodeView {
 public:
  NodeView(const Node& node, std::span<const Value* const> inputs, size_t outputs)
      : x_node(node), x_inputs(inputs), x_outputs(outputs) {}

  const Node& node() const { return x_node; }
  size_t input_count() const { return x_inputs.size(); }
  size_t output_count() const { return x_outputs; }
  bool has(size_t input) const { return input < x_inputs.size() && x_inputs[input]; }
  // Error when the input is left out.
  const Value& input(size_t input) const;
  const Shape& shape(size_t input) const { return *this->input(input).shape; }
  DType dtype(size_t input) const { return this->input(input).dtype; }
  int64_t rank(size_t input) const { return static_cast<int64_t>(shape(input).size()); }
  // The values of a constant input; empty when it is computed or only declared.
  std::optional<std::vector<int64_t>> integers(size_t input) const;
  std::optional<std::vector<double>> numbers(size_t input) const;
  bool has_attribute(std::string_view key) const { return x_node.attributes.contains(key); }

  // "node 'conv1' (Conv) on 1x3x224x224, 64x4x3x3: <reason>".
  [[noreturn]] void fail(std::string_view reason) const;
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> reason, Args&&... args) const
      requires(sizeof...(Args) > 0) {
    fail(std::string_view(fmt::format(reason, std::forward<Args>(args)...)));
  }
  void require_rank(size_t input, int64_t at_least) const;
  // An axis from -rank to rank - 1, counted from the front.
  size_t axis(int64_t axis, int64_t rank) const;
  // Several, each once.
  std::vector<size_t> axes(const std::vector<int64_t>& axes, int64_t rank) const;
  int64_t plus(int64_t a, int64_t b) const;
  int64_t times(int64_t a, int64_t b) const;
  // ONNX's multidirectional broadcasting.
  Shape broadcast(const Shape& a, const Shape& b) const;

 private:
  const Node& x_node;
  std::span<const Value* const> x_inputs;
  size_t x_outputs;
};

using Outputs = std::vector<Inferred>;
using Rule = Outputs (*)(const NodeView&);

struct NamedRule {
  std::string_view op;
  Rule rule;
};

std::span<const NamedRule> elementwise_rules();
std::span<const NamedRule> window_rules();
std::span<const NamedRule> matrix_rules();
std::span<const NamedRule> normalization_rules();
std::span<const NamedRule> reduction_rules();
std::span<const NamedRule> layout_rules();
std::span<const NamedRule> index_rules();
std::span<const NamedRule> generator_rules();
std::span<const NamedRule> quantization_rules();
std::span<const NamedRule> attention_rules();

// The output has the type and the shape of the first input.
Outputs same_as_first(const NodeView& view);

}  // namespace assay
