// SPDX-License-Identifier: MIT
// The 16-bit floating-point formats as storage types: IEEE 754 binary16 and bfloat16. Conversion to
// them rounds to nearest, ties to even, once (also from double); to float it is exact.
#pragma once

#include <cstdint>

namespace assay {

struct Half {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};

float to_float(Half value);
float to_float(BFloat16 value);
Half to_half(double value);
BFloat16 to_bfloat16(double value);

}  // namespace assay
