// SPDX-License-Identifier: MIT
// Scenario: how work arrives, in the meaning of V. J. Reddi et al., "MLPerf Inference Benchmark",
// ISCA 2020 (arXiv 1911.02549). A closed list in one table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace assay {

enum class Scenario {
  single_stream,  // one call after the other
  multi_stream,   // a query is one call on each stream at once; it takes until the last is done
  offline,        // all work is there at once; each stream takes the next call when it is free
  server,         // queries arrive at random (Poisson) and wait for a free stream
};

struct ScenarioInfo {
  Scenario scenario;
  std::string_view name;
  std::string_view latency;  // what one sample is, in half a sentence
};

std::span<const ScenarioInfo> scenarios();
std::string_view name_of(Scenario scenario);
std::optional<Scenario> scenario_from(std::string_view name);

}  // namespace assay
