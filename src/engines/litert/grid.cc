// SPDX-License-Identifier: MIT
#include "engines/litert/grid.h"

#include <cmath>

namespace assay {
namespace {

const Tensor* one_value(const Graph& graph, ValueId id) {
  const auto& constant = graph.value(id).constant;
  return constant && !constant->declared_only() && constant->elements() == 1 ? &*constant : nullptr;
}

}  // namespace

std::optional<Grid> grid_of(const Graph& graph, const Node& node) {
  const Tensor* scale = one_value(graph, node.inputs[1]);
  if (!scale || scale->dtype != DType::f32) return std::nullopt;
  Grid grid{scale->as<float>()[0], -128};
  if (!(grid.scale > 0) || !std::isfinite(grid.scale)) return std::nullopt;
  if (node.inputs.size() < 3 || node.inputs[2] == kNoValue) {
    // Without a zero point it is 0, of the type of the integers.
    const DType integers =
        graph.value(node.op == "QuantizeLinear" ? node.outputs[0] : node.inputs[0]).dtype;
    if (integers == DType::i8) return Grid{grid.scale, 0};
    return integers == DType::u8 ? std::optional(grid) : std::nullopt;
  }
  const Tensor* zero = one_value(graph, node.inputs[2]);
  if (zero && zero->dtype == DType::i8) return Grid{grid.scale, zero->as<int8_t>()[0]};
  if (zero && zero->dtype == DType::u8) return Grid{grid.scale, zero->as<uint8_t>()[0] - 128};
  return std::nullopt;
}

}  // namespace assay
