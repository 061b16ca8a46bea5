// SPDX-License-Identifier: MIT
// Loops of nothing but independent multiply-adds in registers, one for each precision. What roof.h
// times; they read and write no memory. Where the CPU has no instruction for bf16 or int8, they are
// done as engines do them then: bf16 in fp32, int8 by widening. Intel's AMX is not used.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace assay {

struct MultiplyAdd {
  std::string_view precision;    // "fp32", "fp16", "bf16", "int8"
  std::string_view instruction;  // "avx512f": the CPU's feature that it uses
  int64_t macs;                  // of one round
  void (*run)(int64_t rounds);
};

// The widest of each precision that this CPU has, fp32 first; there always are fp32, bf16 and int8.
std::span<const MultiplyAdd> multiply_adds();

}  // namespace assay
