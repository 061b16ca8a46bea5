// SPDX-License-Identifier: MIT
#include "record/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

using Named = std::map<std::string, std::string>;

size_t count_missing(std::vector<std::string> some, std::vector<std::string> others) {
  std::ranges::sort(some);
  std::ranges::sort(others);
  std::vector<std::string> missing;
  std::ranges::set_difference(some, others, std::back_inserter(missing));
  return missing.size();
}

// The first name that both have with different values.
std::string changed(const Named& before, const Named& now, const char* words) {
  for (const auto& [name, value] : before)
    if (const auto found = now.find(name); found != now.end() && found->second != value)
      return fmt::format(fmt::runtime(words), name, value, found->second);
  return "";
}

}  // namespace

std::string difference(const Sweep& begun, const Sweep& planned) {
  const size_t added = count_missing(planned.cells, begun.cells),
               gone = count_missing(begun.cells, planned.cells);
  if (added || gone)
    return fmt::format("{} of its configurations are new and {} are gone", added, gone);
  if (begun.cells != planned.cells) return "its configurations are in another order";
  if (begun.shard != planned.shard || begun.shards != planned.shards)
    return fmt::format("it was shard {}/{}, and now is {}/{}", begun.shard, begun.shards,
                       planned.shard, planned.shards);
  if (auto engine = changed(begun.engines, planned.engines, "{} was {} and is {}"); !engine.empty())
    return engine;
  return changed(begun.files, planned.files, "the file '{}' has another content");
}

}  // namespace assay
