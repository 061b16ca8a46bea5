// SPDX-License-Identifier: MIT
#include "stats/steady_state.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "stats/blocks.h"
#include "stats/changepoint.h"
#include "stats/cycles.h"
#include "stats/decay.h"
#include "stats/quantile.h"
#include "stats/trend.h"

namespace assay {
namespace {

constexpr size_t kFewestSamples = 12;
constexpr size_t kLeastSegment = 5;    // blocks
constexpr double kDrift = 0.01;        // relative change from end to end of a stretch
constexpr double kStillMoving = 0.5;   // a parabola's slope at the end, against the mean one
constexpr double kAtRest = 0.1;        // likewise
constexpr double kSteadyShare = 0.25;  // of the series, for the last level
constexpr double kLongShare = 0.5;     // a last level that needs no orderly way to it
constexpr double kDetour = 1.5;        // of the way to it, against the direct one
constexpr double kPenalty = 3.5;       // times long-run variance times log of the count
constexpr double kDecayShare = 0.15;   // of the series, at rest after a decay
constexpr double kDependence = 0.7;    // the most autocorrelation of neighbours that noise has
constexpr double kUnexplained = 0.02;  // of a walk's squared deviations, by what fits it best
constexpr size_t kFewestOfWalk = 20;   // blocks
constexpr double kClipped = 4.5;       // median absolute deviations: three standard deviations
constexpr size_t kParts = 5;           // of a level, whose medians are compared
constexpr size_t kLongSpike = 7;       // blocks

double penalty_of(std::span<const double> blocks) {
  return kPenalty * long_run_variance(blocks) * std::log(static_cast<double>(blocks.size()));
}

// The best steps, and what they cost: their squared deviations and a penalty for each.
struct Steps {
  std::vector<size_t> ends;
  double cost = 0;
};

Steps best_steps(std::span<const double> blocks, double penalty) {
  Steps steps{changepoints(blocks, penalty, kLeastSegment), 0};
  steps.ends.push_back(blocks.size());
  size_t begin = 0;
  for (const size_t end : steps.ends) {
    steps.cost += squared_error(blocks.subspan(begin, end - begin)) + penalty;
    begin = end;
  }
  return steps;
}

// What a model leaves over is no noise about it: neighbours are alike as those of a random walk,
// and it is more than `share` of what the model was to explain. A walk is well fitted by many
// things, and none of them goes on.
bool is_walk(std::span<const double> rest, std::span<const double> blocks, double share) {
  if (rest.size() < kFewestOfWalk) return false;
  const double chance =
      1 / std::sqrt(static_cast<double>(rest.size()));  // a standard error or more
  return autocorrelations(rest, 1)[1] > kDependence + chance &&
         squared_error(rest) > share * squared_error(blocks);
}

enum class Motion { none, drift, walk };

// A straight line, or a parabola that moves in one direction to the end, explains the stretch
// better than the best steps do; a parabola that comes to rest does not explain it better still.
Motion motion_of(std::span<const double> blocks, double penalty, const Steps& steps) {
  if (blocks.size() < 2 * kLeastSegment) return Motion::none;
  const Trend trend = fit_trend(blocks);
  const double length = static_cast<double>(blocks.size() - 1);
  if (std::fabs(trend.slope * length) < kDrift * std::fabs(median(blocks))) return Motion::none;
  const double bend = trend.bend * length / trend.slope;  // of the slope, from the middle to an end
  double moving = trend.line_error;  // with the cost of what it has more than a line
  bool bent = false;
  if (trend.parabola_error + penalty < moving) {
    if (1 + bend < kAtRest) return Motion::none;
    bent = 1 + bend >= kStillMoving && 1 - bend >= 0;
    if (bent) moving = trend.parabola_error + penalty;
  }
  if (moving + penalty >= squared_error(blocks) || moving + 2 * penalty >= steps.cost)
    return Motion::none;
  return is_walk(trend.rest(blocks, bent), blocks, kUnexplained) ? Motion::walk : Motion::drift;
}

// An exponential explains the series better than steps, a line or a parabola do; one that is over
// sooner than a step may be is left to split_start().
std::optional<Decay> better_decay(std::span<const double> blocks, double penalty,
                                  const Steps& steps) {
  if (blocks.size() < 2 * kLeastSegment) return std::nullopt;
  const Decay decay = fit_decay(blocks);
  const Trend trend = fit_trend(blocks);
  const double others =
      std::min({steps.cost, trend.line_error + 2 * penalty, trend.parabola_error + 3 * penalty});
  if (decay.time < kLeastSegment || std::fabs(decay.size) <= kDrift * std::fabs(decay.level) ||
      decay.error + 3 * penalty >= others)
    return std::nullopt;
  return decay;
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

// A last level that is none: it moves by more than a drift may, in the manner of a walk. What is
// far off it is an outlier, however many of them come at once.
bool wanders(std::span<const double> level) {
  if (level.size() < kFewestOfWalk) return false;
  const double middle = median(level);
  std::vector<double> rest(level.begin(), level.end()), distances;
  for (double& value : rest) distances.push_back(std::fabs(value -= middle));
  const double far = kClipped * median(distances);
  for (double& value : rest) value = std::clamp(value, -far, far);
  double low = 0, high = 0;
  for (size_t part = 0; part < kParts; ++part) {
    const size_t begin = part * rest.size() / kParts, end = (part + 1) * rest.size() / kParts;
    const double of_part = median(std::span(rest).subspan(begin, end - begin));
    low = std::min(low, of_part);
    high = std::max(high, of_part);
  }
  return high - low > kDrift * std::fabs(middle) && is_walk(rest, rest, 0);
}

// Where the decay is as near to its end as a drift may be, if enough is left after it.
std::vector<Level> levels_of(const Decay& decay, std::span<const double> medians) {
  const double place = std::ceil(decay.near_from(kDrift * std::fabs(decay.level)));
  const auto size = static_cast<double>(medians.size());
  if (size - place < kDecayShare * size) return {};
  const auto begin = static_cast<size_t>(std::max(1.0, place));
  return {{0, begin, median(medians.first(begin))},
          {begin, medians.size(), median(medians.subspan(begin))}};
}

std::vector<double> rest_of(const Decay& decay, std::span<const double> blocks) {
  std::vector<double> rest(blocks.begin(), blocks.end());
  for (size_t i = 0; i < rest.size(); ++i)
    rest[i] -= decay.level + std::copysign(decay.left_at(static_cast<double>(i)), decay.size);
  return rest;
}

// Sets the levels of what does not come back periodically, in blocks, and the verdict.
void judge_levels(SteadyState& state, std::span<const double> medians,
                  std::span<const double> blocks, size_t block) {
  const double penalty = penalty_of(blocks);
  const Steps steps = best_steps(blocks, penalty);
  state.levels = find_levels(medians, steps.ends, long_run_variance(blocks));
  if (state.levels.size() == 1) split_start(state.levels, medians, block);
  if (const auto decay = better_decay(blocks, penalty, steps)) {
    state.verdict = SteadyVerdict::none;
    if (is_walk(rest_of(*decay, blocks), blocks, kUnexplained)) return;
    state.verdict = SteadyVerdict::drifting;
    std::vector<Level> levels = levels_of(*decay, medians);
    if (levels.empty()) return;
    state.levels = std::move(levels);
    state.verdict = decay->size > 0 ? SteadyVerdict::warmup : SteadyVerdict::slowdown;
  } else {
    const std::span<const double> half = blocks.last(blocks.size() / 2);
    const double of_half = penalty_of(half);
    const Motion motions[] = {motion_of(blocks, penalty, steps),
                              motion_of(half, of_half, best_steps(half, of_half))};
    if (std::ranges::count(motions, Motion::drift)) {
      state.verdict = SteadyVerdict::drifting;
      return;
    }
    state.verdict = SteadyVerdict::none;
    if (std::ranges::count(motions, Motion::walk)) return;
    state.verdict = verdict_of_levels(state.levels);
  }
  if (state.verdict <= SteadyVerdict::slowdown &&
      wanders(blocks.subspan(state.levels.back().begin)))
    state.verdict = SteadyVerdict::none;
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
  judge_levels(state, medians, blocks, block);
  if (has_cycles(samples, medians, block)) state.verdict = SteadyVerdict::cyclic;
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
