// SPDX-License-Identifier: MIT
// FillPool makes tensors of one repeated value that share their bytes (private to onnx/): a model
// whose weights are all ConstantOfShape is read with the memory of its largest one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "graph/tensor.h"

namespace assay {

class FillPool {
 public:
  // `value` has one element. Empty when the model's fills would take more than 512 MiB together.
  std::optional<Tensor> fill(const Tensor& value, const Shape& shape);

 private:
  struct Block {
    std::shared_ptr<const std::byte> bytes;
    size_t size = 0;
  };

  std::map<std::string, Block> x_blocks;  // by type and value
  size_t x_total_bytes = 0;
};

}  // namespace assay
