// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "onnx/bind_inputs.h"
#include "onnx/importer.h"
#include "onnx/model_proto.h"
#include "onnx/onnx.h"

namespace assay {

Graph read_onnx(const std::filesystem::path& file, const OnnxOptions& options) {
  onnx::ModelProto model = options.structure_only ? load_structure(file) : load_model(file);
  try {
    return Importer(model, file.parent_path()).import(options);
  } catch (const Error& error) {
    throw Error("'{}': {}", file.string(), error.what());
  }
}

Graph parse_onnx(std::span<const std::byte> bytes, const std::filesystem::path& folder,
                 const OnnxOptions& options) {
  onnx::ModelProto model = parse_model(bytes, "the model");
  return Importer(model, folder).import(options);
}

std::vector<OnnxInput> onnx_inputs(const std::filesystem::path& file) {
  return declared_inputs(load_model(file).graph());
}

}  // namespace assay
