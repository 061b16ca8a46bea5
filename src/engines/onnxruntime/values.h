// SPDX-License-Identifier: MIT
// Tensors between our Binding and ONNX Runtime's Value; neither direction copies elements.
#pragma once

#include <onnxruntime_cxx_api.h>

#include "engine/engine.h"

namespace assay {

// Unsupported for what we have no element type for (strings, 4-bit and 8-bit floats).
DType dtype_of(ONNXTensorElementDataType type);
// A value over the binding's memory.
Ort::Value as_value(const Ort::MemoryInfo& memory, const Binding& binding);
// A binding over the value's memory.
Binding as_binding(const std::string& name, Ort::Value& value);

}  // namespace assay
