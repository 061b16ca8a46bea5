// SPDX-License-Identifier: MIT
#include "torchscript/torchscript.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "graph/composed.h"
#include "torchscript/operators.h"

namespace assay {
namespace {

constexpr int kChannelsLast = 2;  // TorchScript writes memory formats and types as numbers

void refuse_unknown_operators(const Graph& graph) {
  std::vector<std::string> unknown;
  for (const Node& node : graph.nodes())
    if (!torch_rules().contains(node.op) && std::ranges::count(unknown, node.op) == 0)
      unknown.push_back(node.op);
  if (!unknown.empty())
    throw Error("operators that are not lowered to PyTorch: {}", fmt::join(unknown, ", "));
}

std::string head(const Graph& graph, const TorchOptions& options) {
  std::string parameters, conversions;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    const std::string name = torch_name(graph, id);
    parameters += fmt::format(", {}: Tensor", name);
    if (options.computed(value.dtype) != value.dtype)
      conversions += fmt::format("  {0} = torch.to({0}, {1})\n", name,
                                 torch_type(options.computed(value.dtype)));
    if (options.channels_last && value.shape && value.shape->size() == 4)
      conversions +=
          fmt::format("  {0} = torch.contiguous({0}, memory_format={1})\n", name, kChannelsLast);
  }
  return fmt::format("def forward(self{}):\n{}", parameters, conversions);
}

bool is_read(const Graph& graph, ValueId id) {
  const auto reads = [id](const std::vector<ValueId>& ids) {
    return std::ranges::count(ids, id) > 0;
  };
  return id != kNoValue &&
         (reads(graph.outputs()) ||
          std::ranges::any_of(graph.nodes(), [&](const Node& node) { return reads(node.inputs); }));
}

std::string statement(const TorchCall& call) {
  std::vector<std::string> names;
  for (const ValueId id : call.node.outputs)
    if (id != kNoValue) names.push_back(torch_name(call.graph, id));
  if (names.size() > 1 && call.node.op != "Split") {
    for (size_t i = 1; i < call.node.outputs.size(); ++i)
      if (is_read(call.graph, call.node.outputs[i])) call.fail("its second output is read");
    names.resize(1);
  }
  return fmt::format("  {} = {}\n", fmt::join(names, ", "), torch_rules().at(call.node.op)(call));
}

std::vector<ValueId> operands(const Graph& graph, const Node& node) {
  if (const auto x = gelu_of(graph, node)) return {*x};
  if (const auto x = silu_of(graph, node)) return {*x};
  return node.inputs;
}

// Whether a Relu's input was made for it alone, by an operator that allocates: not a view.
bool may_overwrite(const Graph& graph, const std::vector<bool>& needed, const Node& node) {
  constexpr std::array<std::string_view, 5> kAllocate = {"Conv", "BatchNormalization", "Add",
                                                         "Gemm", "Concat"};
  if (node.op != "Relu") return false;
  const ValueId input = node.inputs[0];
  if (std::ranges::count(graph.outputs(), input) > 0) return false;
  std::ptrdiff_t reads = 0;
  bool allocated = false;
  for (size_t i = 0; i < needed.size(); ++i) {
    if (!needed[i]) continue;
    const Node& other = graph.nodes()[i];
    reads += std::ranges::count(operands(graph, other), input);
    if (std::ranges::count(other.outputs, input) > 0)
      allocated = std::ranges::count(kAllocate, other.op) > 0;
  }
  return allocated && reads == 1;
}

std::string tail(const Graph& graph) {
  std::string outputs;
  for (const ValueId id : graph.outputs())
    outputs += fmt::format("torch.contiguous(torch.to({}, {})), ", torch_name(graph, id),
                           torch_type(graph.value(id).dtype));
  return fmt::format("  return ({})\n", outputs);
}

}  // namespace

std::string torchscript(const Graph& graph, const TorchOptions& options) {
  refuse_unknown_operators(graph);
  std::string source = head(graph, options);
  const std::vector<bool> needed = needed_nodes(graph, operands);  // eager PyTorch would run all
  for (size_t i = 0; i < needed.size(); ++i)
    if (needed[i])
      source += statement(
          {graph, options, graph.nodes()[i], may_overwrite(graph, needed, graph.nodes()[i])});
  return source + tail(graph);
}

std::string torch_weight(ValueId constant) {
  return fmt::format("c{}", constant);
}

int torch_type(DType type) {
  static const std::map<DType, int> kNumbers = {
      {DType::u8, 0},  {DType::i8, 1},  {DType::i16, 2}, {DType::i32, 3},      {DType::i64, 4},
      {DType::f16, 5}, {DType::f32, 6}, {DType::f64, 7}, {DType::boolean, 11}, {DType::bf16, 15}};
  const auto it = kNumbers.find(type);
  if (it == kNumbers.end()) throw Error("PyTorch does not compute with {}", name_of(type));
  return it->second;
}

}  // namespace assay
