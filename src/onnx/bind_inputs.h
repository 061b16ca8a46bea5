// SPDX-License-Identifier: MIT
// The shapes that a model's inputs get (private to onnx/): declared ones, with what the caller gave
// for the unknown dimensions.
#pragma once

#include <vector>

#include "onnx.pb.h"
#include "onnx/onnx.h"

namespace assay {

// Inputs as declared, initializers apart; -1 is an unknown dimension. Error for an impossible one.
std::vector<OnnxInput> declared_inputs(const onnx::GraphProto& graph);

// The same with every dimension known. Error naming the input and the flag when one is missing,
// when a given shape contradicts the model, or when it is given for an input that is not there.
std::vector<OnnxInput> bound_inputs(const onnx::GraphProto& graph, const OnnxOptions& options);

}  // namespace assay
