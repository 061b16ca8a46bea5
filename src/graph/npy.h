// SPDX-License-Identifier: MIT
// Tensors as NumPy's .npy files, versions 1 to 3: little-endian, C order
// (numpy.org/doc/stable/reference/generated/ numpy.lib.format.html). bf16, which NumPy lacks, is
// not written.
#pragma once

#include <filesystem>
#include <span>

#include "graph/tensor.h"

namespace assay {

// Error when the file is no .npy, is truncated, is in Fortran order or big-endian, or has a type
// that is not ours.
Tensor read_npy(const std::filesystem::path& file);
Tensor parse_npy(std::span<const std::byte> bytes, const std::filesystem::path& name);
void write_npy(const Tensor& tensor, const std::filesystem::path& file);

}  // namespace assay
