// SPDX-License-Identifier: MIT
// Functions that a model brings along (private to onnx/): which call goes to which, and a body with
// the call's attributes put in.
#pragma once

#include <map>
#include <string>

#include "onnx.pb.h"

namespace assay {

// By "domain::name", with ":overload" where there is one.
using Functions = std::map<std::string, onnx::FunctionProto>;

// Takes the functions out of the model.
Functions take_functions(onnx::ModelProto& model);
// The function that the node calls, or null.
const onnx::FunctionProto* called_function(const Functions& functions, const onnx::NodeProto& node);
// A copy of the body in which nodes that refer to the function's attributes have the call's values,
// or the function's defaults.
onnx::FunctionProto function_body(const onnx::FunctionProto& function, const onnx::NodeProto& call);

}  // namespace assay
