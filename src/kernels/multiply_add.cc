// SPDX-License-Identifier: MIT
#include "kernels/multiply_add.h"

#include <algorithm>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {
namespace {

#if defined(__x86_64__)
#define ASSAY_REGISTER "+x"
#else
#define ASSAY_REGISTER "+w"
#endif

// Enough independent chains to hide a latency of 5 cycles at two instructions a cycle, and few
// enough for 16 registers with both operands in them.
constexpr int kChains = 12;

// A loop of kChains accumulators of type Vector, each `acc = step(acc, a, b)`. A macro, since a
// function template can't pass its target on to the instruction that it inlines, and one variable
// for each accumulator, since an array stays in memory. The empty asm keeps the compiler from
// reasoning about the values.
#define ASSAY_STEP(step, acc) \
  acc = step(acc, a, b);      \
  asm volatile("" : ASSAY_REGISTER(acc), ASSAY_REGISTER(a));
#define ASSAY_MULTIPLY_ADD(name, features, Vector, Operand, step)                              \
  __attribute__((target(features))) void name(int64_t rounds) {                                \
    Operand a{}, b{};                                                                          \
    asm volatile("" : ASSAY_REGISTER(b));                                                      \
    Vector c0{}, c1{}, c2{}, c3{}, c4{}, c5{}, c6{}, c7{}, c8{}, c9{}, c10{}, c11{};           \
    for (int64_t round = 0; round < rounds; ++round) {                                         \
      ASSAY_STEP(step, c0)                                                                     \
      ASSAY_STEP(step, c1)                                                                     \
      ASSAY_STEP(step, c2)                                                                     \
      ASSAY_STEP(step, c3) ASSAY_STEP(step, c4) ASSAY_STEP(step, c5) ASSAY_STEP(step, c6)      \
          ASSAY_STEP(step, c7) ASSAY_STEP(step, c8) ASSAY_STEP(step, c9) ASSAY_STEP(step, c10) \
              ASSAY_STEP(step, c11)                                                            \
    }                                                                                          \
  }

using Four = float __attribute__((vector_size(16)));
#define ASSAY_MULTIPLY_AND_ADD(acc, a, b) (acc) + (a) * (b)
#define ASSAY_FMA256(acc, a, b) _mm256_fmadd_ps(a, b, acc)
#define ASSAY_FMA512(acc, a, b) _mm512_fmadd_ps(a, b, acc)
#define ASSAY_FMA512_HALF(acc, a, b) _mm512_fmadd_ph(a, b, acc)
#if defined(__x86_64__)
ASSAY_MULTIPLY_ADD(sse2_fp32, "sse2", Four, Four, ASSAY_MULTIPLY_AND_ADD)
ASSAY_MULTIPLY_ADD(fma_fp32, "avx2,fma", __m256, __m256, ASSAY_FMA256)
ASSAY_MULTIPLY_ADD(avx512_fp32, "avx512f", __m512, __m512, ASSAY_FMA512)
ASSAY_MULTIPLY_ADD(avx512_fp16, "avx512fp16", __m512h, __m512h, ASSAY_FMA512_HALF)
ASSAY_MULTIPLY_ADD(avx512_bf16, "avx512bf16", __m512, __m512bh, _mm512_dpbf16_ps)
ASSAY_MULTIPLY_ADD(avx_vnni_int8, "avxvnni", __m256i, __m256i, _mm256_dpbusd_avx_epi32)
ASSAY_MULTIPLY_ADD(avx512_vnni_int8, "avx512vnni", __m512i, __m512i, _mm512_dpbusd_epi32)
// Without VNNI: pairs of products to 16 bits, pairs of those to 32, then the sum.
#define ASSAY_WIDEN256(acc, a, b) \
  _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), b))
#define ASSAY_WIDEN128(acc, a, b) _mm_add_epi32(acc, _mm_madd_epi16(a, b))
ASSAY_MULTIPLY_ADD(avx2_int8, "avx2", __m256i, __m256i, ASSAY_WIDEN256)
ASSAY_MULTIPLY_ADD(sse2_int8, "sse2", __m128i, __m128i, ASSAY_WIDEN128)
#else
using FourIntegers = int32_t __attribute__((vector_size(16)));
ASSAY_MULTIPLY_ADD(plain_int8, "+simd", FourIntegers, FourIntegers, ASSAY_MULTIPLY_AND_ADD)
ASSAY_MULTIPLY_ADD(plain_fp32, "+simd", Four, Four, ASSAY_MULTIPLY_AND_ADD)
#endif

std::vector<MultiplyAdd> available() {
  std::vector<MultiplyAdd> all;
  const auto add = [&](bool here, const MultiplyAdd& kernel) {
    if (here && std::ranges::find(all, kernel.precision, &MultiplyAdd::precision) == all.end())
      all.push_back(kernel);
  };
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f");
  add(avx512, {"fp32", "avx512f", kChains * 16, avx512_fp32});
  add(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"),
      {"fp32", "fma", kChains * 8, fma_fp32});
  add(true, {"fp32", "sse2", kChains * 4, sse2_fp32});
  add(__builtin_cpu_supports("avx512fp16"), {"fp16", "avx512fp16", kChains * 32, avx512_fp16});
  add(avx512 && __builtin_cpu_supports("avx512bf16"),
      {"bf16", "avx512bf16", kChains * 32, avx512_bf16});
  add(avx512 && __builtin_cpu_supports("avx512vnni"),
      {"int8", "avx512vnni", kChains * 64, avx512_vnni_int8});
  add(__builtin_cpu_supports("avxvnni"), {"int8", "avxvnni", kChains * 32, avx_vnni_int8});
  add(__builtin_cpu_supports("avx2"), {"int8", "avx2", kChains * 32, avx2_int8});
  add(true, {"int8", "sse2", kChains * 8, sse2_int8});
#else
  add(true, {"fp32", "128 bit", kChains * 4, plain_fp32});
  add(true, {"int8", "128 bit", kChains * 4, plain_int8});
#endif
  MultiplyAdd as_fp32 = all.front();
  as_fp32.precision = "bf16";
  add(true, as_fp32);
  return all;
}

}  // namespace

std::span<const MultiplyAdd> multiply_adds() {
  static const std::vector<MultiplyAdd> kAll = available();
  return kAll;
}

}  // namespace assay
