// SPDX-License-Identifier: MIT
// How many pairs of processes a comparison samples, and for how long: first the pairs that any
// claim takes (claim_pairs()), in half of the sampling time, but 1 s a side at most; then, where
// the target is not reached, stages of more pairs (stats/replication.h) until it is, or the time is
// over.
#pragma once

#include <atomic>

#include "run/pair_source.h"
#include "stats/replication.h"

namespace assay {

struct PairedOptions {
  double max_seconds = 12;   // of sampling, all jobs together; further pairs take no longer than
                             // this with their loading and warm-up either
  double ci_target = 0.002;  // of each ratio, its interval's longer side
  int pairs = 0;             // so many and no more; 0: as many as are needed
};

// The target of each of the comparisons with the base, such that all hold together.
PairTarget pair_target(const PairedOptions& options, size_t jobs);

// Ends early when `stop` becomes true, and when the base or all others ended.
void sample_pairs(PairSource& source, const PairedOptions& options,
                  const std::atomic<bool>* stop = nullptr);

}  // namespace assay
