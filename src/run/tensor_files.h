// SPDX-License-Identifier: MIT
// Tensors between host and worker: by name, as raw files in a folder that both see; and a model's
// inputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/messages.h"
#include "prepare/prepare.h"

namespace assay {

using Tensors = std::map<std::string, Tensor>;

// One file for each tensor, named <prefix>_<i>.raw.
std::vector<TensorFile> write_tensors(const Tensors& tensors, const std::filesystem::path& folder,
                                      const std::string& prefix);
// Error when a file is not as long as its type and shape say.
Tensors read_tensors(std::span<const TensorFile> files);

// The element type of a model's input; f32 where it is not known.
DType input_type(const PreparedModel& model, const std::string& name);

// Inputs for a model: those given as they are, the others seeded: uniform in [0, 1) where the
// element type is floating, zeros where it is not. Error when a given one is no input of the model,
// or of another type or shape.
Tensors make_inputs(const PreparedModel& model, const Tensors& given, uint64_t seed);

// The elements as numbers, from any element type.
std::vector<double> values_of(const Tensor& tensor);

}  // namespace assay
