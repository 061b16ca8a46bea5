// SPDX-License-Identifier: MIT
// What a paired comparison samples, one step after the other: in each step a fresh process for
// every job that has not ended, live at once, burst by burst in turns. Interleaving does it with
// workers, bench/calibration with numbers, so that what is proved is what is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "record/measurement.h"

namespace assay {

// How long one step's processes are sampled.
struct StepPlan {
  double seconds = 0;        // at most, each
  double burst_seconds = 0;  // of which in one burst
  // Ends once has_pair() is over; a job that has no sample then gets one burst, so that it has a
  // latency even though it is compared with none.
  bool paired = false;
};

// What a step took: seconds by the clock, and rounds.
struct StepCost {
  double fixed_seconds = 0;   // to start, load, run once and warm up all of them
  double rounds_seconds = 0;  // all rounds, waits until the others are quiet included
  int64_t rounds = 0;
};

class PairSource {
 public:
  virtual ~PairSource() = default;
  virtual size_t size() const = 0;
  virtual bool ended(size_t job) const = 0;
  // What the job's processes gave so far, with the steady part of each found; the last one is not
  // whole when the job has ended.
  virtual const std::vector<ProcessSamples>& processes(size_t job) const = 0;
  virtual StepCost run_process(const StepPlan& plan) = 0;
};

// The first job, the base, and one of the others are still alive.
bool has_pair(const PairSource& source);

}  // namespace assay
