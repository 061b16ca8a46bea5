// SPDX-License-Identifier: MIT
// Any bytes are either a picture with three bytes for each pixel, or an Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.h"
#include "data/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The header of a few bytes may promise many pixels; to fill them takes the time of the fuzzing.
  constexpr size_t kMostBytes = 4096;
  if (size > kMostBytes) return 0;
  try {
    const assay::Image image = assay::decode_image(std::as_bytes(std::span(data, size)), "input");
    ASSAY_CHECK(image.rgb.size() ==
                size_t{3} * static_cast<size_t>(image.width) * static_cast<size_t>(image.height));
  } catch (const assay::Error&) {
  }
  return 0;
}
