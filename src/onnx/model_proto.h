// SPDX-License-Identifier: MIT
// From bytes to protobuf's ModelProto (private to onnx/): everything that makes a file no readable
// ONNX model ends here as an Error of one sentence.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "onnx.pb.h"

namespace assay {

// The opsets of the default domain that can be read.
inline constexpr int64_t kOldestOpset = 1;
inline constexpr int64_t kNewestOpset = 28;
// What is written, and what the Graph's vocabulary is.
inline constexpr int64_t kGraphOpset = 17;

// `what` names the bytes in errors: a path, or "the model".
onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& what);
// Reads the file piece by piece, so that inline weights are in memory once.
onnx::ModelProto load_model(const std::filesystem::path& file);
// The same without what structure.h leaves out.
onnx::ModelProto load_structure(const std::filesystem::path& file);

// The opset of the default domain ("" or "ai.onnx") in a list of imports; Error when it is absent
// or outside of what can be read.
int64_t default_opset(const google::protobuf::RepeatedPtrField<onnx::OperatorSetIdProto>& imports);

}  // namespace assay
