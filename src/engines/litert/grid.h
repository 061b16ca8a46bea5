// SPDX-License-Identifier: MIT
// Grid is what the integers of an activation stand for, in the form that LiteRT has: i8, one scale.
// ONNX's u8 is the same grid with its integers 128 higher, so nothing is rounded between the two.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/graph.h"

namespace assay {

struct Grid {  // value = scale (q - zero), q in [-128, 127]
  float scale = 1;
  int32_t zero = 0;
  float low() const { return scale * static_cast<float>(-128 - zero); }
  float high() const { return scale * static_cast<float>(127 - zero); }
  bool operator==(const Grid&) const = default;
};

// Of a QuantizeLinear or DequantizeLinear. Empty when its scale is computed, not one positive
// number, or its integers are not of 8 bits.
std::optional<Grid> grid_of(const Graph& graph, const Node& node);

}  // namespace assay
