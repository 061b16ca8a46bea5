// SPDX-License-Identifier: MIT
#include "run/worker_environment.h"

#include <unistd.h>

#include "engine/steering.h"

namespace assay {

std::vector<std::string> dropped_variables() {
  std::vector<std::string> names;
  for (const auto& [name, value] : steering_environment()) names.push_back(name);
  return names;
}

std::vector<std::string> worker_environment(const std::map<std::string, std::string>& set) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const size_t split = text.find('=');
    if (split == std::string_view::npos || steers_engines(text)) continue;
    variables.emplace(text.substr(0, split), text.substr(split + 1));
  }
  for (const auto& [name, value] : set) variables[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : variables) result.push_back(name + "=" + value);
  return result;
}

}  // namespace assay
