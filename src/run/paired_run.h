// SPDX-License-Identifier: MIT
// A comparison as it is measured: fresh processes of a base and of those that are compared with it,
// live side by side, as many as the claim needs. First the pairs that any claim takes
// (claim_pairs()), in half of the sampling time; then, where the target is not reached, stages of
// more pairs (stats/replication.h) until it is, or the time is over.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "run/runner.h"
#include "stats/compare.h"

namespace assay {

struct PairedOptions {
  double max_seconds = 12;   // of sampling, all jobs together; further pairs take no longer than
                             // this with their loading and warm-up either
  double ci_target = 0.002;  // of each ratio, its interval's longer side
  int pairs = 0;             // so many and no more; 0: as many as are needed
};

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
// claim takes), "drift" (of a side), "processes" (they differ by more than their rounds scatter) or
// "noise".
CiTarget judge_ratio(const std::optional<Comparison>& comparison,
                     std::span<const PairedRounds> pairs, double asked, bool drifts);

}  // namespace assay
