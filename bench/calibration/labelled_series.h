// SPDX-License-Identifier: MIT
// Series whose verdict is known, because they were drawn from a shape with noise on it: lengths,
// kinds and sizes of noise, positions and sizes of what changes are all drawn anew for each. What
// changes is from well above the noise down to a size that the length of the series just shows.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "random.h"
#include "stats/steady_state.h"

namespace assay::calibration {

struct Family {
  std::string_view name;
  SteadyVerdict verdict;
};
std::span<const Family> families();

// A series of the family families()[index], of 80 to 20,000 samples, or of as many as asked for.
std::vector<double> draw_labelled(size_t index, Random& random, size_t count = 0);

}  // namespace assay::calibration
