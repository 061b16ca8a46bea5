// SPDX-License-Identifier: MIT
// A series that comes to rest: the exponential that fits it best. Used by the steady-state
// analysis, where steps would cut a long warm-up into pieces.
#pragma once

#include <span>

namespace assay {

// level + size * exp(-i / time) at place i.
struct Decay {
  double level = 0;
  double size = 0;
  double time = 0;   // in places
  double error = 0;  // sum of squared deviations

  // How far from its level it still is at a place.
  double left_at(double place) const;
  // The first place from which on it is nearer than `distance` to its level.
  double near_from(double distance) const;
};

// By least squares, of times between a hundredth of the series and all of it. At least 3 values.
Decay fit_decay(std::span<const double> values);

}  // namespace assay
