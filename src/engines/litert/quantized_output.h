// SPDX-License-Identifier: MIT
// Where the result of a node goes that a kernel of integers may compute: to QuantizeLinear alone,
// through a rectifier at most, which the kernel then does too.
#pragma once

#include <optional>
#include <vector>

#include "engines/litert/grid.h"

namespace assay {

class Readers {
 public:
  explicit Readers(const Graph& graph);  // which stays
  const Graph& graph() const { return x_graph; }
  // Nodes that read the value, once for each input.
  const std::vector<const Node*>& of(ValueId id) const { return x_nodes[static_cast<size_t>(id)]; }
  bool is_output(ValueId id) const { return x_outputs[static_cast<size_t>(id)]; }

 private:
  const Graph& x_graph;
  std::vector<std::vector<const Node*>> x_nodes;
  std::vector<bool> x_outputs;
};

struct QuantizedOutput {
  Grid grid;
  int8_t activation = 0;            // the format's ActivationFunctionType
  const Node* rectifier = nullptr;  // that was taken in
};

// Of the node's only output. Empty when something else reads it, also when those that quantize it
// differ in their grids.
std::optional<QuantizedOutput> quantized_output(const Readers& readers, const Node& node);

// What a rectifier does to values on the grid: nothing where its bounds are those of the grid, or
// one of the format's activations. Empty when it is no rectifier or has other bounds.
std::optional<int8_t> activation_on(const Graph& graph, const Node& rectifier, const Grid& grid);

}  // namespace assay
