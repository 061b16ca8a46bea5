// SPDX-License-Identifier: MIT
// EngineOptions is what --option gave: the values of engines' own keys. "engine" speaks to all of
// that engine's versions, "engine@version" to that one, and where both give a key the exact name
// wins.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay {

using OptionSets = std::vector<std::map<std::string, std::string>>;

class EngineOptions {
 public:
  // Each "ENGINE.KEY=VALUE" or "ENGINE@VERSION.KEY=VALUE"; Error when a part is missing.
  explicit EngineOptions(const std::vector<std::string>& texts);

  // What "engine" or "engine@version" is given: the cross product where a key has several values,
  // one empty set when it is given nothing.
  OptionSets sets_for(const std::string& engine) const;

  // The first name that speaks to none of these engines.
  std::optional<std::string> unused_by(std::span<const std::string> engines) const;

 private:
  using Choices = std::map<std::string, std::vector<std::string>>;  // values by key
  std::map<std::string, Choices> x_by_engine;
};

}  // namespace assay
