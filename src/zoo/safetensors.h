// SPDX-License-Identifier: MIT
// Safetensors files: eight bytes of header length, a JSON header with type, shape and offsets per
// tensor, then the raw data, little endian (github.com/huggingface/safetensors, "Format"). The file
// is mapped and checked as a whole before any tensor is used; then trained weights are put into a
// network by name.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "zoo/zoo.h"

namespace assay {

struct StoredTensor {
  std::string type;  // as the header names it: "F32", "BF16", "I64", ...
  Shape shape;
  std::span<const std::byte> bytes;
};

class Safetensors {
 public:
  // Error when the bytes are not a safetensors file; `name` is what the sentence calls it. The
  // tensors refer to `bytes`, which `owner` keeps.
  Safetensors(std::string name, std::shared_ptr<const std::byte> owner, size_t size);
  static Safetensors open(const std::filesystem::path& file);

  const std::string& name() const { return x_name; }
  const std::map<std::string, StoredTensor>& tensors() const { return x_tensors; }
  // As f32: the file's own bytes where they are that already, else a copy (from F16, BF16, F64).
  // Error for other types.
  Tensor f32(const std::string& tensor) const;

 private:
  std::string x_name;
  std::shared_ptr<const std::byte> x_owner;
  std::map<std::string, StoredTensor> x_tensors;
};

// Fills every declared constant of the network. What only training uses (batch counters, the
// entry's training_only) is ignored. Error, with the first five names and the count of each kind,
// when tensors are missing, not known, or of another shape.
void load_weights(Graph& graph, const ZooEntry& entry, const Safetensors& file);

}  // namespace assay
