// SPDX-License-Identifier: MIT
// Any bytes are either a .npy file, whose elements can all be read, or an Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.h"
#include "graph/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const assay::Tensor tensor = assay::parse_npy(std::as_bytes(std::span(data, size)), "input");
    unsigned sum = 0;
    for (const std::byte byte : tensor.raw()) sum += static_cast<unsigned>(byte);
    [[maybe_unused]] volatile unsigned read = sum;
  } catch (const assay::Error&) {
  }
  return 0;
}
