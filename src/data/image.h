// SPDX-License-Identifier: MIT
// An Image is a picture as eight-bit RGB, read from PNG (libpng) or JPEG (libjpeg-turbo), whichever
// its first bytes say. What it becomes as an input of a network: data/preprocessing.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace assay {

// Larger ones are refused before anything is allocated.
inline constexpr int64_t kMaxPixels = 100'000'000;

struct Image {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  // rows from the top, three bytes a pixel

  bool operator==(const Image&) const = default;
};

// By its name: .png, .jpg or .jpeg, in any case.
bool is_image_file(const std::filesystem::path& file);

// Grey pictures and palettes become RGB; transparent parts are drawn on white; 16 bits become 8.
// Error when it is neither format, is damaged, or has more than kMaxPixels.
Image read_image(const std::filesystem::path& file);
Image decode_image(std::span<const std::byte> bytes, const std::filesystem::path& name);

}  // namespace assay
