// SPDX-License-Identifier: MIT
// TensorReader turns ONNX's stored tensors into Tensors (private to onnx/): raw or typed fields,
// inline or in external files inside the model's folder, which are mapped and never copied. Sizes
// are checked against the bytes that are there before anything is allocated.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "graph/tensor.h"
#include "onnx.pb.h"

namespace assay {

// Where the external data of a tensor is. Error when it is missing or not inside the model's
// folder.
std::filesystem::path external_path(const std::filesystem::path& folder,
                                    const std::string& location, const std::string& tensor);

class TensorReader {
 public:
  explicit TensorReader(std::filesystem::path folder) : x_folder(std::move(folder)) {}

  // From here on large tensors (structure.h) are declared only.
  void only_structure() { x_only_structure = true; }

  // Takes raw bytes out of `proto` instead of copying them. A type that a Tensor cannot have gives
  // a declared tensor of DType::undefined. `name` is for errors.
  Tensor read(onnx::TensorProto& proto, const std::string& name);

 private:
  Tensor read_external(const onnx::TensorProto& proto, Tensor tensor, const std::string& name);
  const MappedFile& external_file(const std::string& location, const std::string& name);

  std::filesystem::path x_folder;
  bool x_only_structure = false;
  std::map<std::string, MappedFile> x_files;
};

}  // namespace assay
