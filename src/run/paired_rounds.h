// SPDX-License-Identifier: MIT
// The rounds of two interleaved measurements side by side, as stats/compare.h compares them. A pure
// function of what was measured.
#pragma once

#include <span>
#include <vector>

#include "record/measurement.h"
#include "stats/compare.h"

namespace assay {

// One element for each pair of processes: the medians (ns) of the bursts that the same round gave
// to both, from where both are steady on (in offline, whose process is one burst, the rest of it).
// A burst without steady samples leaves its round out, and so does one whose median is 0 ns, by a
// clock too coarse for it. Processes whose partner has none are left out.
std::vector<PairedRounds> paired_rounds(std::span<const ProcessSamples> a,
                                        std::span<const ProcessSamples> b);
std::vector<PairedRounds> paired_rounds(const Measurement& a, const Measurement& b);

}  // namespace assay
