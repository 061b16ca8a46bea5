// SPDX-License-Identifier: MIT
#include "run/frequency_step.h"

#include <algorithm>
#include <vector>

#include "stats/quantile.h"

namespace assay {
namespace {

constexpr double kStep = 1.08;  // quiet machines wander by 3 %, thermal limits take 10 % or more
constexpr size_t kMostMoments = 64;  // that are tried; medians take their time

}  // namespace

bool has_frequency_step(std::span<const int64_t> all) {
  std::vector<int64_t> seen(all.begin(), all.end());
  std::erase_if(seen, [](int64_t hz) { return hz <= 0; });
  const size_t n = seen.size();
  const size_t least = std::max<size_t>(3, n / 10);
  if (n < 2 * least) return false;
  const size_t stride = std::max<size_t>(1, n / kMostMoments);
  for (size_t moment = least; moment + least <= n; moment += stride) {
    const double before = median(std::span(seen).first(moment));
    const double after = median(std::span(seen).subspan(moment));
    if (std::max(before, after) > kStep * std::min(before, after)) return true;
  }
  return false;
}

}  // namespace assay
