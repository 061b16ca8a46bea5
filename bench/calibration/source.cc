// SPDX-License-Identifier: MIT
#include "source.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <numbers>

namespace assay::calibration {

double normal_quantile(double u) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), u);
}

Source quiet() {
  return {"quiet", [](double u) { return std::exp(0.01 * normal_quantile(u)); }};
}

Source ordinary() {
  return {"ordinary", [](double u) { return std::exp(0.02 * normal_quantile(u)); }};
}

Source scattered() {
  return {"scattered", [](double u) { return std::exp(0.1 * normal_quantile(u)); }};
}

Source heavy_tailed() {
  return {"heavy-tailed", [](double u) { return 1 + 0.05 * (std::pow(1 - u, -0.6) - 1); }};
}

Source bimodal() {
  return {"bimodal", [](double u) {
            constexpr double kFirst = 0.7;
            return u < kFirst ? 1 + 0.01 * normal_quantile(u / kFirst)
                              : 1.2 + 0.01 * normal_quantile((u - kFirst) / (1 - kFirst));
          }};
}

Source depending(Source source, double coefficient) {
  source.name += fmt::format(", autocorrelation {:.1f}", coefficient);
  source.dependence = coefficient;
  return source;
}

double Draws::next() {
  const double r = x_source.dependence;
  x_state = r * x_state + std::sqrt(1 - r * r) * gauss(x_random);
  const double u = std::erfc(-x_state / std::numbers::sqrt2) / 2;
  return x_source.quantile(std::clamp(u, 1e-12, 1 - 1e-12));
}

}  // namespace assay::calibration
