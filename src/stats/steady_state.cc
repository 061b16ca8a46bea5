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
constexpr double kStillMoving = 0.5;   // a parabola's slope at the end, against the mean one
constexpr double kAtRest = 0.1;        // likewise
constexpr double kSteadyShare = 0.25;  // of the series, for the last level
constexpr double kLongShare = 0.5;     // a last level that needs no orderly way to it
constexpr double kDetour = 1.5;        // of the way to it, against the direct one
constexpr double kPenalty = 3.5;       // times long-run variance times log of the count
constexpr double kEpisode = 0.1;       // of the series: a level between two that are the same
constexpr double kTail = 0.025;        // of the series: a last level too short to judge
constexpr size_t kLongSpike = 7;       // blocks
constexpr size_t kShortSpike = 3;      // blocks, where short cycles must stay
constexpr double kFar = 6;             // median absolute deviations: four standard deviations
constexpr double kCycle = 0.45;        // least autocorrelation at one, two and three periods
constexpr size_t kShortestPeriod = 5;  // blocks
constexpr size_t kShortestStart = 3;   // samples, and
constexpr size_t kLongestStart = 12;   // blocks, of a beginning that is far off the one level
constexpr size_t kFinerBlocks = 8;     // for short cycles, on the last part of the series

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

// Least squares on orthogonal polynomials: x about the middle, and x squared about its mean.
struct Trend {
  double slope = 0;       // per block, of the line and of the parabola's middle
  double bend = 0;        // the parabola's coefficient of x squared
  double line_error = 0;  // squared deviations
  double parabola_error = 0;
};

Trend fit_trend(std::span<const double> values) {
  const double middle = static_cast<double>(values.size() - 1) / 2;
  const double mean_square = middle * (middle + 1) / 3;
  double products = 0, squares = 0, bent_products = 0, bent_squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    const double bent = x * x - mean_square;
    products += x * values[i];
    squares += x * x;
    bent_products += bent * values[i];
    bent_squares += bent * bent;
  }
  Trend trend{products / squares, bent_products / bent_squares};
  trend.line_error = squared_error(values) - trend.slope * products;
  trend.parabola_error = trend.line_error - trend.bend * bent_products;
  return trend;
}

// A straight line, or a parabola that moves in one direction to the end, explains the stretch
// better than the best steps do; a parabola that comes to rest does not explain it better still.
bool is_drifting(std::span<const double> blocks, double penalty) {
  if (blocks.size() < 2 * kLeastSegment) return false;
  const Trend trend = fit_trend(blocks);
  const double length = static_cast<double>(blocks.size() - 1);
  if (std::fabs(trend.slope * length) < kDrift * std::fabs(median(blocks))) return false;
  const double bend = trend.bend * length / trend.slope;  // of the slope, from the middle to an end
  double moving = trend.line_error;  // with the cost of what it has more than a line
  if (trend.parabola_error + penalty < moving) {
    if (1 + bend < kAtRest) return false;
    if (1 + bend >= kStillMoving && 1 - bend >= 0) moving = trend.parabola_error + penalty;
  }
  if (moving + penalty >= squared_error(blocks)) return false;
  std::vector<size_t> ends = changepoints(blocks, penalty, kLeastSegment);
  ends.push_back(blocks.size());
  double steps = 0;
  size_t begin = 0;
  for (const size_t end : ends) {
    steps += squared_error(blocks.subspan(begin, end - begin)) + penalty;
    begin = end;
  }
  return moving + 2 * penalty < steps;
}

bool same(const Level& a, const Level& b) {
  return std::fabs(a.value - b.value) <= kSameLevel * std::fabs(a.value);
}

// Appends a level; one like the last is joined to it, and a short episode before that is dropped.
void append(std::vector<Level>& levels, const Level& level, std::span<const double> medians) {
  const auto join = [&] {
    Level& last = levels.back();
    last.end = level.end;
    last.value = median(medians.subspan(last.begin, last.end - last.begin));
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

// What is too short for a changepoint, yet at the very beginning: blocks that all lie far from the
// one level, on one side.
void split_start(std::vector<Level>& levels, std::span<const double> medians, size_t block) {
  const double level = levels.front().value;
  std::vector<double> distances(medians.begin(), medians.end());
  for (double& distance : distances) distance = std::fabs(distance - level);
  const double far = std::max(kFar * median(distances), kSameLevel * level);
  const bool above = medians.front() > level;
  size_t length = 0;
  while (length < medians.size() && (above ? 1 : -1) * (medians[length] - level) > far) ++length;
  if (length > kLongestStart || length * block < kShortestStart) return;
  levels = {{0, length, median(medians.first(length))}, {length, medians.size(), level}};
}

// The levels, in blocks.
std::vector<Level> find_levels(std::span<const double> medians, std::span<const double> blocks,
                               double penalty) {
  std::vector<size_t> ends = changepoints(blocks, penalty, kLeastSegment);
  ends.push_back(blocks.size());
  std::vector<Level> levels;
  size_t begin = 0;
  for (const size_t end : ends) {
    append(levels, {begin, end, median(medians.subspan(begin, end - begin))}, medians);
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
  if (is_cyclic(without_spikes(medians, kShortSpike)) || is_cyclic(medians))
    return SteadyVerdict::cyclic;
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
    return {SteadyVerdict::flat, 0, {{0, samples.size(), samples.empty() ? 0 : median(samples)}}};
  const size_t block = (samples.size() + kMostBlocks - 1) / kMostBlocks;
  const std::vector<double> medians = block_medians(samples, block);
  const std::vector<double> blocks = without_spikes(medians, kLongSpike);
  SteadyState state;
  state.levels = find_levels(medians, blocks, penalty_of(blocks));
  if (state.levels.size() == 1) split_start(state.levels, medians, block);
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
