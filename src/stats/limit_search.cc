// SPDX-License-Identifier: MIT
#include "stats/limit_search.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace assay {
namespace {

constexpr double kResolution = 0.03;
constexpr double kLeastShare = 0.01;  // of what is too much: lower loads are not tried

}  // namespace

std::optional<double> LimitSearch::next() const {
  if (x_whole) {
    if (x_fails - x_holds <= 1) return std::nullopt;
    if (x_fails == x_too_much) return std::min(std::max(1.0, 2 * x_holds), x_too_much - 1);
    return std::floor((x_holds + x_fails) / 2);
  }
  const double middle = (x_holds + x_fails) / 2;
  if (middle < kLeastShare * x_too_much || x_fails <= x_holds * (1 + kResolution))
    return std::nullopt;
  return middle;
}

void LimitSearch::note(double load, bool holds) {
  ASSAY_CHECK(load > x_holds && load < x_fails);
  (holds ? x_holds : x_fails) = load;
}

std::optional<double> LimitSearch::best() const {
  if (x_holds == 0) return std::nullopt;
  return x_holds;
}

}  // namespace assay
