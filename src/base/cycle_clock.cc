// SPDX-License-Identifier: MIT
#include "base/cycle_clock.h"

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace assay {
namespace {

constexpr int kPieces = 8;
constexpr int64_t kTurns = 2048;
constexpr int64_t kAddsPerTurn = 16;

// Both operands in registers: some processors do an addition of a constant while they rename
// registers, in no time at all.
#if defined(__x86_64__)
#define ASSAY_ADD "add %1, %0\n\t"
#elif defined(__aarch64__)
#define ASSAY_ADD "add %0, %0, %1\n\t"
#endif

void add_in_a_chain() {
  uint64_t sum = 0, term = 3;
  for (int64_t turn = 0; turn < kTurns; ++turn) {
#if defined(ASSAY_ADD)
    asm volatile(ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD
                     ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD ASSAY_ADD
                 : "+r"(sum)
                 : "r"(term));
#else
    for (int64_t i = 0; i < kAddsPerTurn; ++i) {
      sum += term;
      asm volatile("" : "+r"(sum));
    }
#endif
  }
}

}  // namespace

int64_t cycles_per_second() {
  int64_t least_ns = std::numeric_limits<int64_t>::max();
  for (int piece = 0; piece < kPieces; ++piece) {
    const int64_t begin_ns = monotonic_ns();
    add_in_a_chain();
    least_ns = std::min(least_ns, monotonic_ns() - begin_ns);
  }
  return kTurns * kAddsPerTurn * 1'000'000'000 / std::max<int64_t>(least_ns, 1);
}

}  // namespace assay
