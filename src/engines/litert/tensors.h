// SPDX-License-Identifier: MIT
// Tensors as LiteRT takes them: over memory of the caller or of their own, never copied.
#pragma once

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engines/litert/api.h"
#include "graph/graph.h"

namespace assay {

// An input or output of the network; all are f32.
struct Port {
  std::string name;
  Shape shape;
  size_t bytes() const { return static_cast<size_t>(element_count(shape)) * sizeof(float); }
};
// Unsupported for other types, and for more dimensions than LiteRT has.
std::vector<Port> ports_of(const Graph& graph, const std::vector<ValueId>& ids);

// Over the caller's bytes, aligned to 64, behind which XNNPACK may read 128 more.
LitertPointer<LiteRtTensorBuffer> buffer_over(const Shape& shape, std::span<std::byte> bytes);

// One for each port, zeroed.
class OwnTensors {
 public:
  explicit OwnTensors(const std::vector<Port>& ports);
  std::vector<LiteRtTensorBuffer>& handles() { return x_handles; }
  std::byte* memory(size_t i) const { return x_memory[i].get(); }

 private:
  struct FreeBytes {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::vector<std::unique_ptr<std::byte, FreeBytes>> x_memory;
  std::vector<LitertPointer<LiteRtTensorBuffer>> x_buffers;
  std::vector<LiteRtTensorBuffer> x_handles;
};

}  // namespace assay
