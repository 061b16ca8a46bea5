// SPDX-License-Identifier: MIT
// A Window is the sliding window of a convolution or pooling node with its padding resolved
// (auto_pad, ceil_mode, defaults): what inference needs to know the output's shape and what a
// kernel needs to compute it. One entry per spatial dimension everywhere. ONNX operators Conv and
// MaxPool, opset 17.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace assay {

struct Window {
  std::vector<int64_t> kernel, strides, dilations, pads_begin, pads_end;
  std::vector<int64_t> output;  // spatial dimensions of the result
};

// For Conv-like and pooling nodes: `input` is N x C x spatial, `kernel` the spatial size of the
// window. Error naming the node and the shapes when they do not fit.
Window sliding_window(const Node& node, const Shape& input, const std::vector<int64_t>& kernel);
// For ConvTranspose: pads are those taken off the result (output_shape and auto_pad resolved).
Window transposed_window(const Node& node, const Shape& input, const std::vector<int64_t>& kernel);

}  // namespace assay
