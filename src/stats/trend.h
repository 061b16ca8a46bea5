// SPDX-License-Identifier: MIT
// A straight line and a parabola through a series. Used by the steady-state analysis.
#pragma once

#include <span>
#include <vector>

namespace assay {

// About the mean.
double squared_error(std::span<const double> values);

// Least squares on orthogonal polynomials: x about the middle, and x squared about its mean.
struct Trend {
  double slope = 0;       // per place, of the line and of the parabola's middle
  double bend = 0;        // the parabola's coefficient of x squared
  double line_error = 0;  // squared deviations
  double parabola_error = 0;

  // What the line, or the parabola, leaves over of the series that was fitted.
  std::vector<double> rest(std::span<const double> values, bool parabola) const;
};

// At least 3 values.
Trend fit_trend(std::span<const double> values);

}  // namespace assay
