// SPDX-License-Identifier: MIT
#include "stats/cycles.h"

#include <algorithm>
#include <vector>

#include "stats/blocks.h"

namespace assay {
namespace {

constexpr size_t kShortSpike = 3;      // blocks, where short cycles must stay
constexpr double kCycle = 0.45;        // least autocorrelation at one, two and three periods
constexpr size_t kShortestPeriod = 5;  // blocks
constexpr size_t kFinerBlocks = 8;     // for short cycles, on the last part of the series

// The autocorrelation after so many periods, of which the lag is the whole number that is nearest.
double peak(std::span<const double> r, size_t lag, size_t periods) {
  const size_t off = periods / 2;
  return std::ranges::max(r.subspan(lag * periods - off, 2 * off + 1));
}

bool is_cyclic(std::span<const double> blocks) {
  const size_t longest = (blocks.size() - 1) / 4;
  const std::vector<double> r = autocorrelations(blocks, 3 * longest + 1);
  double trough = 1;
  for (size_t lag = 1; lag < longest; ++lag) {
    trough = std::min(trough, r[lag]);
    if (lag < kShortestPeriod || trough > 0 || r[lag] < r[lag - 1] || r[lag] < r[lag + 1]) continue;
    const double least = std::min({r[lag], peak(r, lag, 2), peak(r, lag, 3)});
    if (least >= kCycle && r[1] >= r[lag] / 2) return true;
  }
  return false;
}

}  // namespace

bool has_cycles(std::span<const double> samples, std::span<const double> medians, size_t block) {
  if (is_cyclic(without_spikes(medians, kShortSpike)) || is_cyclic(medians)) return true;
  const size_t finer = std::max<size_t>(1, block / kFinerBlocks);
  return finer < block &&
         is_cyclic(
             without_spikes(block_medians(samples.last(finer * kMostBlocks), finer), kShortSpike));
}

}  // namespace assay
