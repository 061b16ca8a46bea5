// SPDX-License-Identifier: MIT
// Reads ONNX Runtime's profile of one run: which node ran on which execution provider with which
// element types, after all of its graph optimizations. That file is the proof of what ran.
#pragma once

#include <string_view>

#include "record/measurement.h"

namespace assay {

// Layers with their MACs, and the share of each provider by nodes. A layer's originals are names of
// the model's nodes, or of their outputs where the optimizer made the layer.
Facts facts_of_profile(std::string_view profile_json);

}  // namespace assay
