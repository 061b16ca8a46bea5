// SPDX-License-Identifier: MIT
#include "stats/levels.h"

#include <algorithm>
#include <cmath>

#include "stats/quantile.h"

namespace assay {
namespace {

constexpr double kSameLevel = 0.005;  // relative difference
constexpr double kAlike = 4;          // standard errors, of levels with an episode between them
constexpr double kEpisode = 0.1;      // of the series: a level between two that are the same
constexpr double kTail = 0.025;       // of the series: a last level too short to judge
constexpr double kFar = 6;            // median absolute deviations: four standard deviations
constexpr size_t kShortestStart = 3;  // samples, and
constexpr size_t kLongestStart = 12;  // blocks, of a beginning that is far off the one level

bool same(const Level& a, const Level& b) {
  return std::fabs(a.value - b.value) <= kSameLevel * std::fabs(a.value);
}

// The same as far as can be told.
bool alike(const Level& a, const Level& b, double variance) {
  const auto weight = [](const Level& l) { return 1 / static_cast<double>(l.end - l.begin); };
  return same(a, b) ||
         std::fabs(a.value - b.value) <= kAlike * std::sqrt(variance * (weight(a) + weight(b)));
}

// Appends a level; one like the last is joined to it, and a short episode since one like it is
// dropped.
void append(std::vector<Level>& levels, const Level& level, std::span<const double> medians,
            double variance) {
  const auto join = [&] {
    Level& last = levels.back();
    last.end = level.end;
    last.value = median(medians.subspan(last.begin, last.end - last.begin));
  };
  const auto share = [&](const Level& l) {
    return static_cast<double>(l.end - l.begin) / static_cast<double>(medians.size());
  };
  if (!levels.empty() && same(levels.back(), level)) return join();
  for (size_t count = levels.size(); count > 1; --count) {
    const Level& before = levels[count - 2];
    if (share({before.end, level.begin}) > kEpisode) break;
    if (!alike(before, level, variance)) continue;
    levels.resize(count - 1);
    return join();
  }
  if (!levels.empty() && level.end == medians.size() && share(level) <= kTail) return join();
  levels.push_back(level);
}

}  // namespace

std::vector<Level> find_levels(std::span<const double> medians, std::span<const size_t> ends,
                               double variance) {
  std::vector<Level> levels;
  size_t begin = 0;
  for (const size_t end : ends) {
    append(levels, {begin, end, median(medians.subspan(begin, end - begin))}, medians, variance);
    begin = end;
  }
  return levels;
}

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

}  // namespace assay
