// SPDX-License-Identifier: MIT
#include "engines/litert/tensors.h"

#include <algorithm>
#include <new>

#include "engine/engine.h"
#include "engines/litert/compiled_network.h"

namespace assay {
namespace {

constexpr size_t kAlignment = 64, kSlack = 128;
constexpr int kFloat32 = 1;  // LiteRtElementType
constexpr size_t kMostAxes = std::size(LiteRtRankedTensorType{}.dimensions);

}  // namespace

std::vector<Port> ports_of(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<Port> ports;
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    if (value.dtype != DType::f32) throw Unsupported("LiteRT: only f32 inputs and outputs");
    if (value.shape.value().size() > kMostAxes)
      throw Unsupported("LiteRT: inputs and outputs of at most 8 dimensions");
    ports.push_back({value.name, *value.shape});
  }
  return ports;
}

LitertPointer<LiteRtTensorBuffer> buffer_over(const Shape& shape, std::span<std::byte> bytes) {
  LiteRtRankedTensorType type{};
  type.element_type = kFloat32;
  type.rank = static_cast<unsigned>(shape.size()) & 0x7f;
  for (size_t i = 0; i < shape.size(); ++i) type.dimensions[i] = static_cast<int32_t>(shape[i]);
  LiteRtTensorBuffer buffer = nullptr;
  check_litert(
      LiteRtCreateTensorBufferFromHostMemory(&type, bytes.data(), bytes.size(), nullptr, &buffer),
      "taking a tensor");
  return LitertPointer<LiteRtTensorBuffer>(buffer);
}

OwnTensors::OwnTensors(const std::vector<Port>& ports) {
  for (const Port& port : ports) {
    const size_t rounded = (port.bytes() / kAlignment + 1) * kAlignment + kSlack;
    x_memory.emplace_back(static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded)));
    if (!x_memory.back()) throw std::bad_alloc();
    std::fill_n(x_memory.back().get(), rounded, std::byte{0});
    x_buffers.push_back(buffer_over(port.shape, {x_memory.back().get(), port.bytes()}));
    x_handles.push_back(x_buffers.back().get());
  }
}

}  // namespace assay
