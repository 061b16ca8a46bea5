// SPDX-License-Identifier: MIT
// What a measurement says of memory by phase, of energy and of its share of the machine's roof,
// derived from what it holds. Pure functions; an empty optional is "not measured".
#pragma once

#include <cstdint>
#include <optional>

#include "record/measurement.h"
#include "stats/summary.h"

namespace assay {

// Resident bytes of the worker, each of the process in which it was highest. A peak is that of its
// phase alone.
struct MemoryPhases {
  std::optional<int64_t> engine;  // before load
  std::optional<int64_t> load, load_peak;
  std::optional<int64_t> first_run, first_run_peak;
  std::optional<int64_t> steady, steady_peak;  // after the last burst; since the first run
  // What running added to what was resident after load; with fresh inputs, of which the worker
  // holds several sets, what the first run did, before they were there.
  std::optional<int64_t> activations;
  std::optional<int64_t> activations_predicted;  // the analysis's peak of live activations
};
MemoryPhases memory_phases(const Measurement& measured);

// Joules a call: the median of the bursts, with the interval that latencies have. A GPU's sensor is
// too slow for a burst: its counts are summed up over 5 s, or over the process when that is shorter
// (then an interval takes several processes). All that the sensor counted is in it, idle power too.
std::optional<QuantileSummary> energy_j_per_call(const Measurement& measured);

// Of the peak multiply-add rate and of the memory's bandwidth (kernels/roof.h) at these calls a
// second. The bytes are those of weights and activations moved once by each layer; a share of the
// bandwidth above 1 says that caches held them.
struct RoofShare {
  double macs = 0;
  double bytes = 0;
};
std::optional<RoofShare> roof_share(const Measurement& measured, std::optional<double> calls_per_s);

}  // namespace assay
