// SPDX-License-Identifier: MIT
// What a .tflite file says of its operators that multiply. LiteRT's own kernels compute what the
// file has, and do not name its types.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

struct WrittenLayer {
  int64_t macs = 0;
  std::string precision;  // "int8" when the weights are integers, else "fp32"
};

// In the file's order; `macs` are the model's, in the same order. Empty when they are not as many.
// The file is one that TfliteFile wrote.
std::vector<WrittenLayer> written_layers(std::span<const std::byte> file,
                                         std::span<const int64_t> macs);

}  // namespace assay
