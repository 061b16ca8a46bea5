// SPDX-License-Identifier: MIT
#include "store/samples.h"

#include <bit>
#include <cstring>

namespace assay {

static_assert(std::endian::native == std::endian::little, "blobs are the memory as it is");

std::span<const std::byte> encode_samples(std::span<const int64_t> samples) {
  return std::as_bytes(samples);
}

std::optional<std::vector<int64_t>> decode_samples(std::span<const std::byte> blob, int64_t count) {
  if (count < 0 || blob.size() % sizeof(int64_t) != 0 ||
      blob.size() / sizeof(int64_t) != static_cast<uint64_t>(count))
    return std::nullopt;
  std::vector<int64_t> samples(static_cast<size_t>(count));
  if (!blob.empty()) std::memcpy(samples.data(), blob.data(), blob.size());
  return samples;
}

}  // namespace assay
