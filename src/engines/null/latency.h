// SPDX-License-Identifier: MIT
// SyntheticLatency makes and passes the times that a synthetic engine takes: one number a run, from
// a stated distribution, with a factor of its own for each process. With a seed the sequence,
// factor included, is the same in every process; with seed 0 each process draws its own.
//
// With L = latency_us and s = spread, a run takes
//   constant     L
//   uniform      L (1 + s u), u uniform in [-1, 1]
//   normal       L (1 + s z), z standard normal; never below 0
//   lognormal    L exp(s z), so the median is L
//   exponential  L e, e exponential with mean 1, so the mean is L and the median 0.69 L
//   bimodal      L or L (1 + s), each half of the time
//   pareto       L v^-s, v uniform in (0, 1]: at least L, median L 2^s, tail index 1/s
// times exp(process_spread z'), z' standard normal and drawn once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/options.h"

namespace assay {

class SyntheticLatency {
 public:
  static std::vector<OptionInfo> declared_options();
  explicit SyntheticLatency(const Options& options);

  int64_t next_ns();
  // Takes the next time since the call: spinning on the clock, exact to tens of nanoseconds, or
  // asleep.
  void pass();

 private:
  double uniform();  // in (0, 1)
  double normal();
  double relative();  // next time over L

  double x_latency_ns, x_spread;
  std::string x_distribution;
  bool x_sleep;
  uint64_t x_key, x_index = 0;
  double x_process_factor = 1;
};

}  // namespace assay
