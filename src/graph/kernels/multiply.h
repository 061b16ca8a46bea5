// SPDX-License-Identifier: MIT
// The matrix product with numpy's broadcasting, on any number type (exact integers serve the
// quantized operators). Definition: ONNX operator MatMul, opset 13.
#pragma once

#include "graph/kernels/array.h"
#include "graph/kernels/filled.h"
#include "graph/kernels/kernel.h"

namespace assay {

template <typename T>
Filled<T> multiply(const Call& call, const Array<T>& a, const Array<T>& b);

}  // namespace assay
