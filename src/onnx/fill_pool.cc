// SPDX-License-Identifier: MIT
#include "onnx/fill_pool.h"

#include <algorithm>
#include <cstring>

namespace assay {
namespace {

constexpr size_t kLargestTotalBytes = size_t{512} << 20;

std::shared_ptr<const std::byte> repeated(std::span<const std::byte> value, size_t size) {
  auto owner = std::make_shared_for_overwrite<std::byte[]>(size);
  std::memcpy(owner.get(), value.data(), value.size());
  for (size_t done = value.size(); done < size;) {
    const size_t part = std::min(done, size - done);
    std::memcpy(owner.get() + done, owner.get(), part);
    done += part;
  }
  return {owner, owner.get()};
}

}  // namespace

std::optional<Tensor> FillPool::fill(const Tensor& value, const Shape& shape) {
  Tensor tensor = declare(value.dtype, shape);
  const size_t size = std::max(tensor.byte_size(), value.raw().size());
  if (value.declared_only() || value.elements() != 1) return std::nullopt;
  std::string key(name_of(value.dtype));
  for (std::byte each : value.raw()) key += static_cast<char>(each);
  Block& block = x_blocks[key];
  if (block.size < size) {
    if (size > kLargestTotalBytes - x_total_bytes) return std::nullopt;
    x_total_bytes += size;
    block = {repeated(value.raw(), size), size};
  }
  tensor.bytes = block.bytes;
  return tensor;
}

}  // namespace assay
