// SPDX-License-Identifier: MIT
#include "stats/stopping.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <span>

#include "stats/autocorrelation.h"
#include "stats/quantile.h"
#include "stats/steady_state.h"

namespace assay {
namespace {

constexpr double kGrowth = 1.5;  // from look to look
// P(max over 18 looks of |Z_k| > 2.842) = 5 % for a Gaussian process with independent increments
// that is looked at after 100 * 1.5^k samples (stopping_test simulates it).
constexpr double kConfidence = 0.9955;
// With fewer, how many there are is too uncertain itself.
constexpr int64_t kFewestIndependent = 100;
constexpr double kNormal95 = 1.96;

bool is_narrow(std::span<const double> samples, double half_width) {
  const SteadyState state = steady_state(samples);
  if (!state.begin) return false;
  const std::span<const double> steady = samples.subspan(*state.begin);
  std::vector<double> sorted(steady.begin(), steady.end());
  std::ranges::sort(sorted);
  const double median = quantile(sorted, 0.5);
  const int64_t independent = effective_samples(steady, median);
  if (independent < kFewestIndependent) return false;
  const auto interval = quantile_interval(sorted, 0.5, kConfidence, independent);
  if (!interval) return false;
  return std::max(interval->high - median, median - interval->low) <= half_width * median;
}

}  // namespace

void MedianTarget::reset() {
  *this = MedianTarget(x_half_width);
}

bool MedianTarget::done() {
  if (x_done || x_samples.size() < x_next_look) return x_done;
  x_next_look = static_cast<size_t>(std::ceil(static_cast<double>(x_samples.size()) * kGrowth));
  x_done = is_narrow(x_samples, x_half_width);
  return x_done;
}

double target_of_each(double half_width, int processes) {
  if (processes < 2) return half_width;
  const boost::math::students_t_distribution<double> student(processes - 1);
  const double together = boost::math::quantile(student, 0.975) / std::sqrt(processes);
  return half_width * std::min(1.0, kNormal95 / together / 2);
}

}  // namespace assay
