// SPDX-License-Identifier: MIT
// Reads TensorFlow's run metadata of one traced run: every operation that was executed, after all
// optimizations, with its device and the types and shapes of its outputs. That is the proof of what
// ran.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "record/measurement.h"

namespace assay {

// Layers in execution order, constants left out; `node_names` are the model's, by the number that
// an operation's name starts with (lowering.h). A layer's originals are the node that it is named
// after and, where it multiplies, the nodes whose weights it reads.
Facts facts_of_metadata(std::string_view run_metadata, std::span<const std::string> node_names);

}  // namespace assay
