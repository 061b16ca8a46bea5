// SPDX-License-Identifier: MIT
// Post-training quantization to int8 in ONNX's QDQ form, the simplest that drives an engine's int8
// kernels: ranges are minima and maxima over given inputs; activations are u8 with one scale for
// each tensor, weights i8 around zero with one for each output channel, biases i32 (B. Jacob et
// al., "Quantization and training of neural networks for efficient integer-arithmetic-only
// inference", CVPR 2018). Pure functions.
#pragma once

#include <map>
#include <span>
#include <string>

#include "graph/graph.h"

namespace assay {

struct Range {  // 0 is always within
  float low = 0;
  float high = 0;
  bool operator==(const Range&) const = default;
};
using Ranges = std::map<std::string, Range>;  // by the value's name

// What each f32 value takes that is no constant, over all of these inputs (each: by name), by the
// plain executor. Error when an operator has no kernel there or weights have no values.
Ranges calibrate(const Graph& graph, std::span<const std::map<std::string, Tensor>> inputs);

// The same network with QuantizeLinear and DequantizeLinear around what engines compute in int8:
// convolutions (batch normalizations folded in), linear layers, additions, pools, and what only
// moves data; a rectifier stays joined to the layer before it. Outputs of the network stay f32.
// Weights without values stay so, with scales of 1; a value without a range stays as it is.
Graph quantize(const Graph& graph, const Ranges& ranges);

}  // namespace assay
