// SPDX-License-Identifier: MIT
#include "stats/steady_state.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "stats/blocks.h"
#include "stats/changepoint.h"
#include "stats/quantile.h"

namespace assay {
namespace {

constexpr size_t kFewestSamples = 12;
constexpr size_t kMostBlocks = 384;
constexpr size_t kLeastSegment = 5;    // blocks
constexpr double kSameLevel = 0.005;   // relative difference
constexpr double kDrift = 0.01;        // relative change from end to end of a stretch
constexpr double kSteadyShare = 0.25;  // of the series, for the last level
constexpr double kLongShare = 0.5;     // a last level that needs no orderly way to it
constexpr double kDetour = 1.5;        // of the way to it, against the direct one
constexpr double kPenalty = 3.5;       // times long-run variance times log of the count
constexpr double kEpisode = 0.1;       // of the series: a level between two that are the same
constexpr double kTail = 0.025;        // of the series: a last level too short to judge
constexpr size_t kLongSpike = 7;       // blocks
constexpr size_t kShortSpike = 3;      // blocks, where short cycles must stay
constexpr double kCycle = 0.45;        // least autocorrelation at one, two and three periods
constexpr size_t kShortestPeriod = 5;  // blocks
constexpr size_t kFinerBlocks = 8;     // for short cycles, on the last part of the series

double median_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return quantile(sorted, 0.5);
}

double penalty_of(std::span<const double> blocks) {
  return kPenalty * long_run_variance(blocks) * std::log(static_cast<double>(blocks.size()));
}

// Neighbouring values are alike, they turn into their opposite, and come back at one, two and
// three times some lag.
bool is_cyclic(std::span<const double> blocks) {
  const size_t longest = (blocks.size() - 1) / 4;
  const std::vector<double> r = autocorrelations(blocks, 3 * longest);
  double trough = 1;
  for (size_t lag = 1; lag < longest; ++lag) {
    trough = std::min(trough, r[lag]);
    if (lag < kShortestPeriod || trough > 0 || r[lag] < r[lag - 1] || r[lag] < r[lag + 1]) continue;
    const double least = std::min({r[lag], r[2 * lag], r[3 * lag]});
    if (least >= kCycle && r[1] >= r[lag] / 2) return true;
  }
  return false;
}

double squared_error(std::span<const double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

struct Line {
  double slope = 0;  // per block
  double squared_error = 0;
};

Line fit_line(std::span<const double> values) {
  const double middle = static_cast<double>(values.size() - 1) / 2;
  double products = 0;
  double squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    products += x * values[i];
    squares += x * x;
  }
  const double slope = products / squares;
  return {slope, squared_error(values) - slope * products};
}

// A straight line explains the stretch better than the best steps do.
bool is_drifting(std::span<const double> blocks, double penalty) {
  if (blocks.size() < 2 * kLeastSegment) return false;
  const Line line = fit_line(blocks);
  const double change = line.slope * static_cast<double>(blocks.size() - 1);
  if (std::fabs(change) < kDrift * std::fabs(median_of(blocks))) return false;
  if (line.squared_error + penalty >= squared_error(blocks)) return false;
  std::vector<size_t> ends = changepoints(blocks, penalty, kLeastSegment);
  ends.push_back(blocks.size());
  double steps = 0;
  size_t begin = 0;
  for (const size_t end : ends) {
    steps += squared_error(blocks.subspan(begin, end - begin)) + penalty;
    begin = end;
  }
  return line.squared_error + 2 * penalty < steps;
}

bool same(const Level& a, const Level& b) {
  return std::fabs(a.value - b.value) <= kSameLevel * std::fabs(a.value);
}

// Appends a level; one like the last is joined to it, and a short episode before that is dropped.
void append(std::vector<Level>& levels, const Level& level, std::span<const double> medians) {
  const auto join = [&] {
    Level& last = levels.back();
    last.end = level.end;
    last.value = median_of(medians.subspan(last.begin, last.end - last.begin));
  };
  const auto share = [&](const Level& l) {
    return static_cast<double>(l.end - l.begin) / static_cast<double>(medians.size());
  };
  if (!levels.empty() && same(levels.back(), level)) return join();
  const size_t count = levels.size();
  if (count >= 2 && same(levels[count - 2], level) && share(levels.back()) <= kEpisode) {
    levels.pop_back();
    return join();
  }
  if (!levels.empty() && level.end == medians.size() && share(level) <= kTail) return join();
  levels.push_back(level);
}

// The levels, in blocks.
std::vector<Level> find_levels(std::span<const double> medians, std::span<const double> blocks,
                               double penalty) {
  std::vector<size_t> ends = changepoints(blocks, penalty, kLeastSegment);
  ends.push_back(blocks.size());
  std::vector<Level> levels;
  size_t begin = 0;
  for (const size_t end : ends) {
    append(levels, {begin, end, median_of(medians.subspan(begin, end - begin))}, medians);
    begin = end;
  }
  return levels;
}

SteadyVerdict verdict_of_levels(std::span<const Level> levels) {
  if (levels.size() == 1) return SteadyVerdict::flat;
  const Level& last = levels.back();
  const double share = static_cast<double>(last.end - last.begin) / static_cast<double>(last.end);
  if (share < kSteadyShare) return SteadyVerdict::none;
  double way = 0;
  double farthest = 0;
  for (size_t i = 0; i + 1 < levels.size(); ++i) {
    way += std::fabs(levels[i + 1].value - levels[i].value);
    const double distance = levels[i].value - last.value;
    if (std::fabs(distance) > std::fabs(farthest)) farthest = distance;
  }
  if (share < kLongShare && way > kDetour * std::fabs(levels.front().value - last.value))
    return SteadyVerdict::none;
  return farthest > 0 ? SteadyVerdict::warmup : SteadyVerdict::slowdown;
}

SteadyVerdict verdict_of(std::span<const double> samples, std::span<const double> medians,
                         std::span<const double> blocks, std::span<const Level> levels,
                         size_t block) {
  if (is_cyclic(without_spikes(medians, kShortSpike))) return SteadyVerdict::cyclic;
  const size_t finer = std::max<size_t>(1, block / kFinerBlocks);
  if (finer < block && is_cyclic(without_spikes(
                           block_medians(samples.last(finer * kMostBlocks), finer), kShortSpike)))
    return SteadyVerdict::cyclic;
  const std::span<const double> half = blocks.last(blocks.size() / 2);
  if (is_drifting(blocks, penalty_of(blocks)) || is_drifting(half, penalty_of(half)))
    return SteadyVerdict::drifting;
  return verdict_of_levels(levels);
}

}  // namespace

std::string_view name_of(SteadyVerdict verdict) {
  switch (verdict) {
    case SteadyVerdict::flat:
      return "flat";
    case SteadyVerdict::warmup:
      return "warmup";
    case SteadyVerdict::slowdown:
      return "slowdown";
    case SteadyVerdict::cyclic:
      return "cyclic";
    case SteadyVerdict::drifting:
      return "drifting";
    case SteadyVerdict::none:
      return "none";
  }
  ASSAY_CHECK(false);
  return "";
}

SteadyState steady_state(std::span<const double> samples) {
  if (samples.size() < kFewestSamples)
    return {
        SteadyVerdict::flat, 0, {{0, samples.size(), samples.empty() ? 0 : median_of(samples)}}};
  const size_t block = (samples.size() + kMostBlocks - 1) / kMostBlocks;
  const std::vector<double> medians = block_medians(samples, block);
  const std::vector<double> blocks = without_spikes(medians, kLongSpike);
  SteadyState state;
  state.levels = find_levels(medians, blocks, penalty_of(blocks));
  state.verdict = verdict_of(samples, medians, blocks, state.levels, block);
  // From blocks to samples; the first block has what is left over.
  const size_t extra = samples.size() % block;
  for (Level& level : state.levels) {
    level.begin = level.begin == 0 ? 0 : level.begin * block + extra;
    level.end = level.end * block + extra;
  }
  if (state.verdict <= SteadyVerdict::slowdown) state.begin = state.levels.back().begin;
  return state;
}

}  // namespace assay
