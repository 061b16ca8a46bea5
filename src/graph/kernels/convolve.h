// SPDX-License-Identifier: MIT
// The loops of convolution, on any number type: exact integers serve the quantized operators.
// Definition: ONNX operators Conv and ConvTranspose, opset 17.
#pragma once

#include "graph/kernels/array.h"
#include "graph/kernels/filled.h"
#include "graph/kernels/index.h"
#include "graph/kernels/space.h"

namespace assay {

// x: N x C x spatial, w: M x C/group x spatial. No bias.
template <typename T>
Filled<T> convolve(const Call& call, const Array<T>& x, const Array<T>& w);
// x: N x C x spatial, w: C x M/group x spatial.
template <typename T>
Filled<T> convolve_transposed(const Call& call, const Array<T>& x, const Array<T>& w);

// Adds bias[channel] to N x C x anything.
template <typename T>
void add_bias(const Call& call, Filled<T>& y, const Array<T>& bias);

}  // namespace assay
