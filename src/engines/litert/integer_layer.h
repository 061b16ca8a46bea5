// SPDX-License-Identifier: MIT
// IntegerLayer is a convolution or linear layer of a QDQ network in the integers that LiteRT's
// kernels multiply: i8 activations and weights (weights around 0), i32 bias on the grid of their
// products (B. Jacob et al., CVPR 2018, section 2).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engines/litert/lowering.h"

namespace assay {

struct IntegerLayer {
  Tensor weight;  // i8, as the graph has it
  std::vector<float>
      scales;   // of the weight, one for each output channel: XNNPACK wants as many as of the bias
  Tensor bias;  // i32, one for each output channel
  std::vector<float> bias_scales;
  QuantizedOutput output;
};

// Of the node that is being lowered, whose weight has its output channels at this axis. Empty when
// anything of it is not of integers, or the kernels' arithmetic has no room for its scales.
std::optional<IntegerLayer> integer_layer(Lowering& to, size_t channels_axis);

// The weight's integers when they are i8 around 0, with one scale or one for each slice along the
// axis; else null.
const IntegerConstant* integer_weight(const Lowering& to, size_t channels_axis);

// In steps of `steps[i]`: as the model has it where it is on that grid, else rounded to it. Empty
// when it does not fit into 32 bits. Either of f32 and integers may be null, both: zeros.
std::optional<Tensor> integer_bias(const Tensor* f32, const IntegerConstant* integers,
                                   std::span<const double> steps);

}  // namespace assay
