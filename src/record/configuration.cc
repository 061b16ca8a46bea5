// SPDX-License-Identifier: MIT
#include "record/configuration.h"

#include "base/hash.h"
#include "record/json.h"

namespace assay {

std::string without_version(const std::string& engine) {
  return engine.substr(0, engine.find('@'));
}

int64_t images_per_query(const Configuration& configuration) {
  const bool all_streams = configuration.scenario == Scenario::multi_stream;
  return configuration.batch * (all_streams ? configuration.streams : 1);
}

std::string configuration_id(const Configuration& configuration) {
  static constexpr const char* kLaterFields[] = {"rate_per_s", "idle_gap_ns", "include_transfer",
                                                 "fresh_inputs"};
  const nlohmann::json defaults = Configuration();
  nlohmann::json fields = configuration;
  for (const char* key : kLaterFields)
    if (fields.at(key) == defaults.at(key)) fields.erase(key);
  return sha256(to_text(fields)).substr(0, 16);
}

}  // namespace assay
