// SPDX-License-Identifier: MIT
#include "stats/md1.h"

#include <cmath>

namespace assay {
namespace {

double waits_at_most(double t, double load) {
  double sum = 0;
  for (int k = 0; k <= static_cast<int>(t); ++k) {
    const double x = load * (k - t);  // not positive
    sum += std::pow(x, k) / std::tgamma(k + 1.0) * std::exp(-x);
  }
  return (1 - load) * sum;
}

}  // namespace

double md1_quantile(double share, double load) {
  double low = 0, high = 30;
  for (int i = 0; i < 60; ++i)
    (waits_at_most((low + high) / 2, load) < share ? low : high) = (low + high) / 2;
  return 1 + low;
}

}  // namespace assay
