// SPDX-License-Identifier: MIT
// Sources of call times with known quantiles. A source is its quantile function, relative to its
// level, fed with uniform numbers; these are those of a Gaussian AR(1) process where neighbours are
// to depend on each other, so that the quantiles stay what they are.
#pragma once

#include <functional>
#include <string>

#include "random.h"

namespace assay::calibration {

struct Source {
  std::string name;
  std::function<double(double)> quantile;  // of u in (0, 1)
  double dependence = 0;                   // coefficient of the AR(1) process
};

Source quiet();         // lognormal, 1 %
Source ordinary();      // lognormal, 2 %
Source scattered();     // lognormal, 10 %
Source heavy_tailed();  // Pareto with infinite variance
Source bimodal();       // 70 % at 1, 30 % at 1.2
Source depending(Source source, double coefficient);

class Draws {
 public:
  Draws(Source source, Random& random)
      : x_source(std::move(source)), x_random(random), x_state(gauss(random)) {}
  double next();

 private:
  Source x_source;
  Random& x_random;
  double x_state;
};

double normal_quantile(double u);

}  // namespace assay::calibration
