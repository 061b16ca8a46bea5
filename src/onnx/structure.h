// SPDX-License-Identifier: MIT
// A model's bytes without the values of its large weights (private to onnx/): what a question about
// its operators needs of a file of a gigabyte, of which only the pages between weights are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace assay {

// Elements of the largest tensor that keeps its values.
inline constexpr int64_t kLargestOfStructure = 1 << 16;

// Initializers lose fields that no tensor of so many elements could need. Bytes that are no
// protobuf stay as they are: the parser will refuse them. At most 2 GiB, as it takes.
std::string structure_of(std::span<const std::byte> model);

}  // namespace assay
