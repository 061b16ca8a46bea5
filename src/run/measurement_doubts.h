// SPDX-License-Identifier: MIT
// Doubts that follow from what a measurement holds and from what was seen beside it. Pure
// functions, so that each doubt has a test that causes it.
#pragma once

#include <optional>
#include <vector>

#include "graph/graph.h"
#include "machine/machine.h"
#include "record/measurement.h"

namespace assay {

// Seen by the host while the samples were taken.
struct Surroundings {
  double other_cores = 0;      // busy with other work; see load_watch.h
  double stolen_cores = 0;     // that the hypervisor gave to others
  double throttled_cores = 0;  // that a quota took away
  bool debug_build = false;
};

// Too few samples, one process, facts that contradict what was asked, a busy, limited or unsteady
// machine.
// Doubts of the output check come from output_check.h, doubts of the series from stats.
std::vector<Doubt> doubts_of(const Measurement& measurement, const Machine& machine,
                             const Surroundings& surroundings, int min_samples);

// Share of the model's MACs whose precision the engine states; nothing when the model's are not
// known, or none.
std::optional<double> share_accounted_for(const Measurement& measurement);

// That share is so small that the precision asked for is not proved, of an engine that computes.
bool is_unproven(const Measurement& measurement);

// True when every weight tensor (floating, with two dimensions or more, so no bias) that has values
// holds one single value.
bool has_constant_weights(const Graph& graph);

// Adds it unless it is there.
void add_doubt(std::vector<Doubt>& doubts, Doubt doubt);

}  // namespace assay
