// SPDX-License-Identifier: MIT
// What the series of a measurement's samples show once they are all there: whether they settled,
// and whether the interval that was asked for was reached. Writes the findings and their doubts
// into the measurement.
#pragma once

#include <optional>

#include "record/measurement.h"
#include "stats/steady_state.h"
#include "stats/summary.h"

namespace assay {

// The doubt that a series raises which never settles, or settles on a slower level than it had;
// nothing for the others.
std::optional<Doubt> doubt_of(SteadyVerdict verdict);

// Of an interval that is of little use: its longer side is more than a tenth of the median, or the
// samples are too few for one.
std::optional<Doubt> doubt_of_width(const QuantileSummary& median);

// Sets steady_begin, the first sample that is summarized, by the changepoints of the series; the
// verdict, or nothing for few samples, which are all kept. A server's latencies are not judged:
// queueing makes them wander by nature (doubt `overloaded` is theirs).
std::optional<SteadyVerdict> find_steady_part(ProcessSamples& process, Scenario scenario);

// Does so with each process and sets steady_state. A process without a steady state keeps all its
// samples, and the measurement gets the doubt.
void judge_steadiness(Measurement& measurement);

// Doubts the interval of the median, of the steady samples and process level included.
void judge_noise(Measurement& measurement);

// Sets ci_target for the interval that is shown, process level included.
void judge_target(Measurement& measurement, double asked);

}  // namespace assay
