// SPDX-License-Identifier: MIT
// Any bytes are either a safetensors file, whose tensors can all be read, or an Error.
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "zoo/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto copy = std::make_shared<std::vector<std::byte>>(size);
  if (size > 0) std::memcpy(copy->data(), data, size);
  try {
    const assay::Safetensors file("input", {copy, copy->data()}, size);
    for (const auto& [name, tensor] : file.tensors()) {
      try {
        const assay::Tensor values = file.f32(name);
        float sum = 0;
        for (float value : values.as<float>()) sum += value;
        [[maybe_unused]] volatile float read = sum;
      } catch (const assay::Error&) {
      }
    }
  } catch (const assay::Error&) {
  }
  return 0;
}
