// SPDX-License-Identifier: MIT
// Does a series of latencies settle, and from where on? A changepoint analysis in the manner of E.
// Barrett, C. F. Bolz-Tereick, R. Killick, S. Mount and L. Tratt, "Virtual Machine Warmup Blows Hot
// and Cold", OOPSLA 2017, on at most 384 medians of blocks, so that it takes under a millisecond
// for 10,000 samples. Pure functions of finite numbers in the order measured.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/levels.h"

namespace assay {

enum class SteadyVerdict {
  flat,      // one level throughout
  warmup,    // slower at first, then one level
  slowdown,  // faster at first, then one level
  cyclic,    // levels that come back with a period
  drifting,  // still moving in one direction at the end
  none,      // changing levels without settling
};
std::string_view name_of(SteadyVerdict verdict);

struct SteadyState {
  SteadyVerdict verdict = SteadyVerdict::flat;
  std::optional<size_t> begin;  // of the steady samples; nothing: there are none
  std::vector<Level> levels;    // in samples, one after the other, covering the series
};

// Levels that differ by less than 0.5 % are one; a steady state is a last level of at least a
// quarter of the series that does not wander as a random walk does. An exponential that explains
// the series better than levels is a warm-up, or a slow-down, until a hundredth of the level is
// left of it, if at least 15 % of the series come after that, and else a drift. A level of at most
// a tenth between two that are the same is an episode and ignored, as are cycles of fewer than 5
// samples, or than about 1/600 of the series; at the very beginning 3 samples far from the level
// are seen. Fewer than 12 samples show nothing and are `flat`.
SteadyState steady_state(std::span<const double> samples);

}  // namespace assay
