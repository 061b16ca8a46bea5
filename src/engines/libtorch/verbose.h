// SPDX-License-Identifier: MIT
// What oneDNN and MKL print when they are told to be verbose, read back: each primitive that they
// executed, with its kernel, the type that it computed in, and its size. Used by executed.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

struct Primitive {
  std::string library;    // "oneDNN" or "MKL"
  std::string op;         // "convolution", "matmul", "eltwise", ...
  std::string kernel;     // "jit:avx512_core"
  std::string precision;  // "fp32"; empty when the line does not say
  int64_t macs = 0;       // 0 also where the line does not say: MKL's products in batches
};

// In the order printed. Reorders of data, and lines that are no account of a primitive, are left
// out.
std::vector<Primitive> primitives(std::string_view printed);

}  // namespace assay
