// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "base/files.h"
#include "onnx/onnx.h"
#include "onnx/tensor_reader.h"

namespace assay {

Tensor read_tensor_proto(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  onnx::TensorProto proto;
  if (!proto.ParseFromString(bytes))
    throw Error("cannot read '{}': it is no ONNX tensor", file.string());
  Tensor tensor = TensorReader(file.parent_path()).read(proto, file.filename().string());
  if (tensor.dtype == DType::undefined)
    throw Error("cannot read '{}': its element type is not read", file.string());
  return tensor;
}

}  // namespace assay
