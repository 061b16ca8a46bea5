// SPDX-License-Identifier: MIT
#include "engines/litert/quantized_output.h"

#include <algorithm>
#include <limits>

#include "graph/composed.h"

namespace assay {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int8_t kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3;

struct Bounds {
  float low, high;
};

std::optional<Bounds> bounds_of(const Graph& graph, const Node& node) {
  if (node.op == "Relu") return Bounds{0, kInfinity};
  if (node.op != "Clip") return std::nullopt;
  Bounds bounds{-kInfinity, kInfinity};
  for (const size_t input : {size_t{1}, size_t{2}}) {
    if (input >= node.inputs.size() || node.inputs[input] == kNoValue) continue;
    const auto bound = scalar_of(graph, node.inputs[input]);
    if (!bound) return std::nullopt;
    (input == 1 ? bounds.low : bounds.high) = *bound;
  }
  return bounds;
}

// The grid onto which everyone who reads the value quantizes it.
std::optional<Grid> common_grid(const Readers& readers, ValueId id) {
  std::optional<Grid> common;
  if (readers.is_output(id)) return common;
  for (const Node* node : readers.of(id)) {
    const auto grid = node->op == "QuantizeLinear" ? grid_of(readers.graph(), *node) : std::nullopt;
    if (!grid || (common && *common != *grid)) return std::nullopt;
    common = grid;
  }
  return common;
}

}  // namespace

Readers::Readers(const Graph& graph)
    : x_graph(graph), x_nodes(graph.values().size()), x_outputs(graph.values().size()) {
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.inputs)
      if (id != kNoValue) x_nodes[static_cast<size_t>(id)].push_back(&node);
  for (const ValueId id : graph.outputs()) x_outputs[static_cast<size_t>(id)] = true;
}

std::optional<int8_t> activation_on(const Graph& graph, const Node& rectifier, const Grid& grid) {
  const auto bounds = bounds_of(graph, rectifier);
  if (!bounds) return std::nullopt;
  // What lies beyond the grid is brought to its ends, whose values may differ from the bounds by
  // the rounding of the scale.
  const float half = grid.scale / 2;
  const bool above = grid.low() >= bounds->low - half, below = grid.high() <= bounds->high + half;
  if (above && below) return kNone;
  if (bounds->low == 0 && (below || bounds->high == kInfinity)) return kRelu;
  if (bounds->low == 0 && bounds->high == 6) return kRelu6;
  if (bounds->low == -1 && bounds->high == 1) return kReluN1To1;
  return std::nullopt;
}

std::optional<QuantizedOutput> quantized_output(const Readers& readers, const Node& node) {
  if (node.outputs.size() != 1) return std::nullopt;
  const ValueId id = node.outputs[0];
  if (const auto grid = common_grid(readers, id)) return QuantizedOutput{*grid};
  if (readers.is_output(id) || readers.of(id).size() != 1) return std::nullopt;
  const Node* rectifier = readers.of(id).front();
  if (!bounds_of(readers.graph(), *rectifier)) return std::nullopt;
  const auto grid = common_grid(readers, rectifier->outputs[0]);
  if (!grid) return std::nullopt;
  const auto activation = activation_on(readers.graph(), *rectifier, *grid);
  if (!activation) return std::nullopt;
  return QuantizedOutput{*grid, *activation, rectifier};
}

}  // namespace assay
