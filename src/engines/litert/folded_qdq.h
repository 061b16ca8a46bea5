// SPDX-License-Identifier: MIT
// A QDQ network with its constants in both forms: each QuantizeLinear and DequantizeLinear of
// constants is computed, so that every rule that takes constant weights takes these, and the
// integers behind them are kept for kernels that compute with integers.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "graph/graph.h"

namespace assay {

// value = scale (q - zero); one scale for all, or one for each slice along `axis`.
struct IntegerConstant {
  Tensor values;  // i8 (u8 is brought to it, with its zero points) or i32
  std::vector<float> scales;
  std::vector<int32_t> zeros;  // as many as scales
  size_t axis = 0;
  bool is_symmetric() const;  // all zeros are 0
};

struct FoldedQdq {
  Graph graph;
  std::map<ValueId, IntegerConstant> integers;  // by the f32 constant that they stand for
};

// The same network, of weights without values, too; where it has no such constants, a copy (tensors
// are shared). Error as Graph.
FoldedQdq fold_qdq(const Graph& graph);

}  // namespace assay
