// SPDX-License-Identifier: MIT
#include "plan/sweep_order.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/shuffled.h"

namespace assay {
namespace {

std::vector<std::vector<size_t>> groups_in_order(std::span<const std::string> group_of) {
  std::map<std::string, size_t> index;
  std::vector<std::vector<size_t>> groups;
  for (size_t cell = 0; cell < group_of.size(); ++cell) {
    const auto [found, added] = index.try_emplace(group_of[cell], groups.size());
    if (added) groups.emplace_back();
    groups[found->second].push_back(cell);
  }
  return groups;
}

}  // namespace

std::vector<std::vector<size_t>> sweep_order(std::span<const std::string> group_of, uint64_t seed,
                                             size_t together, Shard shard) {
  ASSAY_CHECK(together > 0 && shard.index >= 1 && shard.index <= shard.count);
  const auto groups = groups_in_order(group_of);
  std::vector<std::vector<size_t>> turns;
  const std::vector<size_t> order = shuffled(groups.size(), seed, 0);
  for (size_t place = static_cast<size_t>(shard.index - 1); place < order.size();
       place += static_cast<size_t>(shard.count)) {
    const std::vector<size_t>& group = groups[order[place]];
    const std::vector<size_t> within = shuffled(group.size(), seed, order[place] + 1);
    for (size_t begin = 0; begin < group.size(); begin += together) {
      std::vector<size_t>& turn = turns.emplace_back();
      for (size_t i = begin; i < std::min(begin + together, group.size()); ++i)
        turn.push_back(group[within[i]]);
    }
  }
  return turns;
}

}  // namespace assay
