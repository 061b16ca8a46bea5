// SPDX-License-Identifier: MIT
// How many messages and texts protobuf would make of a model's bytes (private to onnx/). Each takes
// some hundred bytes of memory for as little as two in the file, so that a small file could fill
// the machine: this is known before anything is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

// Counts up to `limit`. Bytes that are no protobuf end the count: the parser will refuse them.
int64_t count_parts(std::span<const std::byte> model, int64_t limit);

}  // namespace assay
