// SPDX-License-Identifier: MIT
#include "record/scenario.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace assay {
namespace {

// In the order of the enumeration, so that a scenario indexes its row.
constexpr std::array kScenarios = {
    ScenarioInfo{Scenario::single_stream, "single_stream", "one call, with nothing beside it"},
    ScenarioInfo{Scenario::multi_stream, "multi_stream",
                 "one call on each stream at once, until the last is done"},
    ScenarioInfo{Scenario::offline, "offline", "one call, with the other streams busy beside it"},
    ScenarioInfo{Scenario::server, "server",
                 "one query, from the moment it was meant to arrive to its answer"},
};

}  // namespace

std::span<const ScenarioInfo> scenarios() {
  return kScenarios;
}

std::string_view name_of(Scenario scenario) {
  const auto index = static_cast<size_t>(scenario);
  ASSAY_CHECK(index < kScenarios.size() && kScenarios[index].scenario == scenario);
  return kScenarios[index].name;
}

std::optional<Scenario> scenario_from(std::string_view name) {
  const auto row = std::ranges::find(kScenarios, name, &ScenarioInfo::name);
  if (row == kScenarios.end()) return std::nullopt;
  return row->scenario;
}

}  // namespace assay
