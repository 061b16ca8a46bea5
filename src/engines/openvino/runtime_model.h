// SPDX-License-Identifier: MIT
// Reads what OpenVINO compiled: its runtime model names, for every layer it executes, the kernel,
// the precision and the nodes of the model that were fused into it. That is the proof of what runs.
#pragma once

#include <openvino/core/model.hpp>

#include "record/measurement.h"

namespace assay {

// Layers in execution order, constants left out.
Facts facts_of_runtime_model(const ov::Model& model);

}  // namespace assay
