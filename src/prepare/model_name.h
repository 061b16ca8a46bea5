// SPDX-License-Identifier: MIT
// What a model's name stands for (private to prepare/): a network of the zoo, at an input size, or
// an ONNX file.
#pragma once

#include <filesystem>
#include <string>

#include "prepare/prepare.h"
#include "zoo/zoo.h"

namespace assay {

struct NamedModel {
  const ZooEntry* entry = nullptr;  // null: a file
  std::string name;                 // canonical
  BuildOptions options;             // for a network of the zoo
  std::filesystem::path file;
};

// Error for an unknown name, a missing file, a batch below 1, and flags that do not fit.
NamedModel resolve(const ModelSpec& spec);

}  // namespace assay
