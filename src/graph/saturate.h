// SPDX-License-Identifier: MIT
// Sums and products of counts that end at the largest int64_t instead of overflowing: a foreign
// file's dimensions may be absurd, and an analysis must still end. For counts >= 0.
#pragma once

#include <cstdint>
#include <limits>

namespace assay {

inline int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

inline int64_t saturating_multiply(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<int64_t>::max() : product;
}

}  // namespace assay
