// SPDX-License-Identifier: MIT
#include "graph/kernels/half.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace assay {

namespace {

// The nearest multiple of the format's spacing at `value`: `digits` significant bits, and never
// finer than 2^lowest.
double rounded(double value, int digits, int lowest) {
  if (value == 0 || !std::isfinite(value)) return value;
  int exponent = 0;
  std::frexp(value, &exponent);
  const int spacing = std::max(exponent - digits, lowest);
  return std::ldexp(std::nearbyint(std::ldexp(value, -spacing)), spacing);
}

}  // namespace

float to_float(Half value) {
  const int exponent = (value.bits >> 10) & 31;
  const int mantissa = value.bits & 1023;
  const float sign = (value.bits & 0x8000) ? -1.0f : 1.0f;
  if (exponent == 31) {
    return sign * (mantissa ? std::numeric_limits<float>::quiet_NaN()
                            : std::numeric_limits<float>::infinity());
  }
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
}

float to_float(BFloat16 value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
}

Half to_half(double value) {
  const uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const auto half = [sign](int magnitude) { return Half{static_cast<uint16_t>(sign | magnitude)}; };
  if (std::isnan(value)) return half(0x7e00);
  const double magnitude = std::fabs(rounded(value, 11, -24));
  if (magnitude > 65504) return half(0x7c00);
  if (magnitude == 0) return half(0);  // frexp has no exponent for it
  // In units of the spacing a normal number has 1024 to 2047 of them, which adds one to the exponent
  // field; a subnormal has fewer.
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  const int step = std::max(exponent - 11, -24);
  const int units = static_cast<int>(std::ldexp(magnitude, -step));
  return half(units + (step + 24) * 1024);
}

BFloat16 to_bfloat16(double value) {
  if (std::isnan(value)) return {0x7fc0};
  const auto nearest = static_cast<float>(rounded(value, 8, -133));
  return {static_cast<uint16_t>(std::bit_cast<uint32_t>(nearest) >> 16)};
}

}  // namespace assay
