// SPDX-License-Identifier: MIT
// How many pairs of processes a comparison takes, and how many rounds each: the design that costs
// least time for an interval of a given width, by the cost model of T. Kalibera and R. Jones,
// "Rigorous Benchmarking in Reasonable Time", ISMM 2013 (arXiv 2007.10899). Pure functions; run/
// asks them between processes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stats/compare.h"

namespace assay {

// Pairs from which on the interval of their medians is distribution-free: what a claim needs. 6 at
// 95 %.
int64_t claim_pairs(double confidence);

// Variances of the log-ratio: of a pair's true level, and of one round about it. That of rounds is
// from their median absolute deviation, so that a stall does not pass for noise; that of levels is
// what the pairs' medians vary beyond it (Kalibera and Jones's unbiased T2^2), 0 at least.
struct Spread {
  double between = 0;
  double within = 0;
};
// Nothing for fewer than two pairs with rounds.
std::optional<Spread> spread_of(std::span<const PairedRounds> pairs);

struct PairCosts {             // seconds, of all sides together
  double process_seconds = 0;  // to start, load, run once and warm up
  double round_seconds = 0;    // a burst of each side, and the wait until the other is quiet
};

// What is asked of a comparison.
struct PairTarget {
  double half_width = 0.002;  // of the interval, on logarithms
  double confidence = 0.95;
};

struct Replication {
  int64_t rounds = 0;  // of each pair
  int64_t pairs = 0;

  bool operator==(const Replication&) const = default;
};

// Rounds = sqrt(cost of a process / cost of a round * variance within / variance between), and the
// pairs that the width then takes; medians' variances are pi/2 of means'. Between 5 and
// `most_rounds` rounds, or exactly so many when they are fewer than 5.
Replication cheapest_replication(const Spread& spread, const PairCosts& costs,
                                 const PairTarget& target, int64_t most_rounds);

struct TimeLeft {               // of a comparison
  double sampling_seconds = 0;  // for rounds alone
  double seconds = 0;           // for all that pairs take
};

// The next stage of a comparison that has these pairs: how many more of how many rounds, at most
// what the time that is left pays for. Where it does not pay for as many as trim one pair more from
// each end of the interval (fewer would not narrow it), pairs of fewer rounds are taken; 0 pairs
// when they would have fewer than 5, or the target is reached. Where a pair is one round, as in the
// scenario offline, more pairs of one round are taken. So that looking repeatedly costs no
// coverage, a look is at an interval that misses half as often as the one that is shown, and a
// stage has at least half as many pairs as there are, but for the last (replication_test simulates
// it).
Replication next_stage(std::span<const PairedRounds> pairs, const PairCosts& costs,
                       const PairTarget& target, const TimeLeft& left);

}  // namespace assay
