// SPDX-License-Identifier: MIT
// The random numbers of the simulations: one generator with a fixed seed for each table, so that a
// table comes out the same each time.
#pragma once

#include <cmath>
#include <random>

namespace assay::calibration {

using Random = std::mt19937_64;

inline double uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}
inline double log_uniform(Random& random, double low, double high) {
  return std::exp(uniform(random, std::log(low), std::log(high)));
}
inline double gauss(Random& random) {
  return std::normal_distribution<double>()(random);
}
inline bool chance(Random& random, double probability) {
  return uniform(random, 0, 1) < probability;
}
inline int pick(Random& random, int count) {  // 0 .. count - 1
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

}  // namespace assay::calibration
