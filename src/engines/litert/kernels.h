// SPDX-License-Identifier: MIT
// What ran, from the names that LiteRT and XNNPACK give to the kernels of one profiled run:
// "Convolution (NHWC, F32) IGEMM #3", or a TensorFlow Lite operator that XNNPACK left to LiteRT.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engines/litert/written_layers.h"
#include "record/measurement.h"

namespace assay {

// Layers in the order of `kernels`. LiteRT does not say which of the model's nodes a kernel stands
// for: those that multiply run in the model's order, and get its MACs by that, if there are as many
// of them as in the model; else no layer claims any. What in a quantized model does not say its
// precision has none, but for LiteRT's own kernels that multiply.
Facts facts_of_kernels(std::span<const std::string> kernels, std::span<const WrittenLayer> model);

}  // namespace assay
