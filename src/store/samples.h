// SPDX-License-Identifier: MIT
// Raw samples as the store keeps them: 64-bit little-endian integers one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace assay {

// A view of the samples' bytes, which live as long as the samples.
std::span<const std::byte> encode_samples(std::span<const int64_t> samples);
// Nothing when the blob is not exactly `count` samples long.
std::optional<std::vector<int64_t>> decode_samples(std::span<const std::byte> blob, int64_t count);

}  // namespace assay
