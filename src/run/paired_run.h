// SPDX-License-Identifier: MIT
// A comparison as it is measured: fresh processes of a base and of those that are compared with it,
// live side by side, as many as the claim needs (run/paired_sampling.h).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "run/paired_sampling.h"
#include "run/runner.h"
#include "stats/compare.h"

namespace assay {

// One job against the base.
struct PairedResult {
  std::optional<Comparison> comparison;  // nothing: a side has no latency, or no round is common
  CiTarget target;
};

struct PairedRun {
  std::vector<Measurement> measured;  // of each job, in order; the first is the base
  std::vector<PairedResult> against;  // of each but the first; their intervals hold together
};

// `options` says how each process is measured; its time, target and processes are not looked at.
// A job that dies ends only its own comparison, the base all of them. At least two jobs.
PairedRun measure_paired(std::span<const Job> jobs, RunOptions options,
                         const PairedOptions& paired);

// Whether the comparison reached the target, and if not why: "too_few_samples" (fewer pairs than a
// claim of that confidence takes), "drift" (of a side), "processes" (they differ by more than their
// rounds scatter) or "noise".
CiTarget judge_ratio(const std::optional<Comparison>& comparison,
                     std::span<const PairedRounds> pairs, const PairTarget& asked, bool drifts);

}  // namespace assay
