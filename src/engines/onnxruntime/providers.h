// SPDX-License-Identifier: MIT
// Execution providers: the kernels that ONNX Runtime gives the nodes of a graph to, before its own
// on the CPU get what is left. Which there are is up to the library that is installed.
#pragma once

#include <onnxruntime_cxx_api.h>

#include <string>
#include <vector>

namespace assay {

// "cpu" first, then those of the installed library that a session can be given: "tensorrt", ...
std::vector<std::string> installed_providers();

// Puts one of them before the CPU's own; "cpu" adds nothing. Ort::Exception when its own libraries
// or its device are not there.
void append_provider(const std::string& name, Ort::SessionOptions& options);

}  // namespace assay
