// SPDX-License-Identifier: MIT
#include "stats/replication.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.h"

namespace assay {
namespace {

constexpr double kMedianVariance = std::numbers::pi / 2;  // of a mean's, for normal samples
constexpr double kDeviationOfNormal = 1.4826;             // over the median absolute deviation
constexpr int64_t kFewestRounds = 5;
constexpr int64_t kMostGrowth = 4;  // of a pair's rounds over the pairs' before
constexpr double kMostPairs = 1e6;

struct PairLevel {
  double level = 0;     // median log-ratio
  double variance = 0;  // of a round about it
  double rounds = 0;
};

PairLevel level_of(const PairedRounds& pair) {
  std::vector<double> ratios;
  for (size_t i = 0; i < pair.a.size(); ++i) ratios.push_back(std::log(pair.b[i] / pair.a[i]));
  PairLevel found{median(ratios), 0, static_cast<double>(ratios.size())};
  for (double& ratio : ratios) ratio = std::fabs(ratio - found.level);
  const double deviation = kDeviationOfNormal * median(ratios);
  found.variance = deviation * deviation;
  return found;
}

std::vector<PairLevel> levels_of(std::span<const PairedRounds> pairs) {
  std::vector<PairLevel> levels;
  for (const PairedRounds& pair : pairs)
    if (!pair.a.empty()) levels.push_back(level_of(pair));
  return levels;
}

template <typename Get>
double mean(const std::vector<PairLevel>& levels, Get get) {
  double sum = 0;
  for (const PairLevel& level : levels) sum += get(level);
  return sum / static_cast<double>(levels.size());
}

PairTarget strict(PairTarget target) {
  target.confidence = (1 + target.confidence) / 2;
  return target;
}

bool is_reached(std::span<const PairedRounds> pairs, const PairTarget& target) {
  for (const double confidence : {target.confidence, strict(target).confidence}) {
    const auto half_width = half_width_of(compare_paired(pairs, confidence).value());
    if (!half_width || *half_width > target.half_width) return false;
  }
  return true;
}

// A pair's one round may be a whole burst of offline: there is no half of it, and no more either.
int64_t most_rounds_after(const std::vector<PairLevel>& levels) {
  const double rounds = mean(levels, [](const PairLevel& p) { return p.rounds; });
  return rounds <= 1 ? 1 : kMostGrowth * static_cast<int64_t>(std::ceil(rounds));
}

int64_t affordable_pairs(int64_t rounds, const PairCosts& costs, const TimeLeft& left) {
  const double sampling = static_cast<double>(rounds) * costs.round_seconds;
  const double pairs =
      std::min(left.sampling_seconds / sampling, left.seconds / (costs.process_seconds + sampling));
  return static_cast<int64_t>(std::clamp(pairs, 0.0, kMostPairs));
}

// Of each of so many pairs.
int64_t affordable_rounds(int64_t pairs, const PairCosts& costs, const TimeLeft& left) {
  const auto count = static_cast<double>(pairs);
  const double seconds =
      std::min(left.sampling_seconds / count, left.seconds / count - costs.process_seconds);
  return static_cast<int64_t>(std::max(seconds, 0.0) / costs.round_seconds);
}

// So many more as trim one pair more from each end of the interval, or give one at all.
int64_t pairs_that_narrow(int64_t have, double confidence) {
  const auto trimmed = [&](int64_t pairs) {
    const auto ranks = quantile_ranks(pairs, 0.5, confidence);
    return ranks ? ranks->low : 0;
  };
  int64_t more = 1;
  while (trimmed(have + more) <= trimmed(have)) ++more;
  return more;
}

}  // namespace

int64_t claim_pairs(double confidence) {
  int64_t pairs = 1;
  while (!quantile_ranks(pairs, 0.5, confidence)) ++pairs;
  return pairs;
}

std::optional<Spread> spread_of(std::span<const PairedRounds> pairs) {
  const std::vector<PairLevel> levels = levels_of(pairs);
  if (levels.size() < 2) return std::nullopt;
  const double centre = mean(levels, [](const PairLevel& p) { return p.level; });
  const double squares =
      mean(levels, [&](const PairLevel& p) { return (p.level - centre) * (p.level - centre); });
  const auto count = static_cast<double>(levels.size());
  const double seen = squares * count / (count - 1);
  const double of_rounds =
      kMedianVariance * mean(levels, [](const PairLevel& p) { return p.variance / p.rounds; });
  return Spread{std::max(0.0, seen - of_rounds),
                mean(levels, [](const PairLevel& p) { return p.variance; })};
}

Replication cheapest_replication(const Spread& spread, const PairCosts& costs,
                                 const PairTarget& target, int64_t most_rounds) {
  ASSAY_CHECK(costs.round_seconds > 0 && target.half_width > 0 && most_rounds >= 1);
  const double best = std::sqrt(costs.process_seconds / costs.round_seconds * kMedianVariance *
                                spread.within / spread.between);
  Replication design{most_rounds, 0};
  if (best < static_cast<double>(most_rounds))  // not when nothing varies between processes
    design.rounds = std::clamp(static_cast<int64_t>(std::ceil(best)),
                               std::min(kFewestRounds, most_rounds), most_rounds);
  const double variance =
      spread.between + kMedianVariance * spread.within / static_cast<double>(design.rounds);
  const boost::math::normal_distribution<double> normal;
  const double z = boost::math::quantile(normal, (1 + target.confidence) / 2);
  const double pairs = kMedianVariance * variance * z * z / (target.half_width * target.half_width);
  design.pairs = std::max(claim_pairs(target.confidence),
                          static_cast<int64_t>(std::ceil(std::min(pairs, kMostPairs))));
  return design;
}

Replication next_stage(std::span<const PairedRounds> pairs, const PairCosts& costs,
                       const PairTarget& target, const TimeLeft& left) {
  const auto comparison = compare_paired(pairs, target.confidence);
  const auto spread = spread_of(pairs);
  if (!comparison || !spread) return {};
  const int64_t have = comparison->pairs;
  if (have >= claim_pairs(target.confidence) && is_reached(pairs, target)) return {};
  Replication stage =
      cheapest_replication(*spread, costs, strict(target), most_rounds_after(levels_of(pairs)));
  const int64_t wanted = std::max(stage.pairs - have, (have + 1) / 2);
  stage.pairs = std::min(wanted, affordable_pairs(stage.rounds, costs, left));
  const int64_t useful = pairs_that_narrow(have, target.confidence);
  if (stage.pairs >= useful) return stage;
  const int64_t rounds = std::min(stage.rounds, affordable_rounds(useful, costs, left));
  return rounds < std::min(kFewestRounds, stage.rounds) ? Replication()
                                                        : Replication{rounds, useful};
}

}  // namespace assay
