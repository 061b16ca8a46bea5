// SPDX-License-Identifier: MIT
#include "stats/trend.h"

#include <numeric>

#include "base/error.h"

namespace assay {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The polynomials' values at a place.
struct Place {
  Place(size_t index, size_t count) {
    const double middle = static_cast<double>(count - 1) / 2;
    x = static_cast<double>(index) - middle;
    bent = x * x - middle * (middle + 1) / 3;
  }
  double x, bent;
};

}  // namespace

double squared_error(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

std::vector<double> Trend::rest(std::span<const double> values, bool parabola) const {
  const double mean = mean_of(values);
  std::vector<double> rest(values.begin(), values.end());
  for (size_t i = 0; i < rest.size(); ++i) {
    const Place place(i, rest.size());
    rest[i] -= mean + slope * place.x + (parabola ? bend * place.bent : 0);
  }
  return rest;
}

Trend fit_trend(std::span<const double> values) {
  ASSAY_CHECK(values.size() >= 3);
  double products = 0, squares = 0, bent_products = 0, bent_squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto [x, bent] = Place(i, values.size());
    products += x * values[i];
    squares += x * x;
    bent_products += bent * values[i];
    bent_squares += bent * bent;
  }
  Trend trend{products / squares, bent_products / bent_squares};
  trend.line_error = squared_error(values) - trend.slope * products;
  trend.parabola_error = trend.line_error - trend.bend * bent_products;
  return trend;
}

}  // namespace assay
