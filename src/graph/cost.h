// SPDX-License-Identifier: MIT
// Static cost of a Graph: parameters, multiply-adds, activations, bytes, and peak live activation
// memory. A MAC is one multiply and one add of a convolution, a linear layer or a matrix product;
// biases, normalization and activations count nothing. Used by `inspect`, by the report and by the
// planner.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace assay {

struct LayerCost {
  std::string name;
  std::string op;
  Shape input;   // of the first input; empty when unknown
  Shape output;  // of the first output; empty when unknown
  int64_t parameters = 0;
  int64_t macs = 0;
  int64_t activations = 0;   // elements of all outputs
  int64_t weight_bytes = 0;  // as stored
  int64_t moved_bytes = 0;   // weights and inputs read, outputs written, each once
  int64_t live_bytes = 0;    // of activations while it runs, in the order that has the lowest peak
  int64_t live_bytes_inplace = 0;
  int64_t ptflops_macs = 0;  // see Cost

  // MACs per byte moved; 0 where nothing moves.
  double arithmetic_intensity() const;
};

struct Cost {
  int64_t parameters = 0;          // learned; running statistics apart
  int64_t running_statistics = 0;  // batch-norm means and variances
  int64_t macs = 0;
  int64_t ptflops_macs = 0;  // what the tool ptflops prints as MACs: see graph/ptflops.h
  int64_t activations = 0;
  int64_t weight_bytes = 0;           // as stored
  int64_t peak_activation_bytes = 0;  // liveness, best of several topological orders
  int64_t peak_activation_bytes_inplace =
      0;                            // with in-place operations and fused BN and activation
  double arithmetic_intensity = 0;  // MACs per byte of weights and activations moved once
  std::map<std::string, int64_t> weight_bytes_by_precision;  // "fp32", "fp16", "bf16", "int8"
  std::vector<LayerCost> layers;                             // in the graph's order
  std::vector<std::string> uncounted;  // operators that the analysis could not count, each once
};

Cost analyse(const Graph& graph);

}  // namespace assay
