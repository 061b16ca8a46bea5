// SPDX-License-Identifier: MIT
// Which buffers a Graph's activations need, and how many bytes of them are alive at once. A buffer
// is allocated when its node runs and freed after its last reader; a node's inputs and output are
// alive together; the model's inputs count until their last reader and its outputs to the end;
// weights do not count. Views (Reshape, Flatten, Squeeze, Identity, ...) share their input's
// buffer, and an activation that is written as several nodes (x * sigmoid(x), GELU by Erf) is one
// node. Outputs of unknown shape count as 0 bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace assay {

using BufferId = int32_t;
inline constexpr BufferId kNoBuffer = -1;

struct NodeBuffers {
  std::vector<BufferId> reads;   // each once
  std::vector<BufferId> writes;  // new buffers, by output; outputs that nobody reads have none,
                                 // except the first
  bool may_overwrite = false;    // the first write may take over a read of its size that dies here
};

struct Buffers {
  std::vector<int64_t> bytes;
  std::vector<int32_t> readers;    // nodes that read it; kept ones (outputs) have one more
  BufferId inputs = 0;             // the first so many belong to the caller: alive from the start,
                                   // never overwritten
  std::vector<BufferId> of_value;  // by ValueId; kNoBuffer for constants
  std::vector<NodeBuffers> nodes;  // by NodeId
};

Buffers buffers_of(const Graph& graph);
// True when the node's first output is its input seen in another way.
bool is_view(const Node& node);

struct Live {
  int64_t peak = 0;            // bytes alive at the worst moment
  std::vector<int64_t> bytes;  // while each node runs, by NodeId
};
// When the nodes run in this order. With `in_place`, element-wise operators and batch norms write
// into an operand of the same size that dies there (which is also what fusing a batch norm with its
// activation saves).
Live live_bytes(const Buffers& buffers, std::span<const NodeId> order, bool in_place);

struct LowestPeak {
  Live own_buffers, in_place;
};
// The lowest over topological_orders(), each on its own; the earlier order on a tie.
LowestPeak lowest_peak(const Graph& graph, const Buffers& buffers);

}  // namespace assay
