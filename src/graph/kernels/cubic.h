// SPDX-License-Identifier: MIT
// The cubic convolution kernel. Keys, R.: Cubic convolution interpolation for digital image
// processing, 1981, with free parameter a.
#pragma once

#include <cmath>

namespace assay {

// Weight of a sample at `distance`; 0 from distance 2 on.
inline double cubic(double distance, double a) {
  const double d = std::fabs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return 0;
}

}  // namespace assay
