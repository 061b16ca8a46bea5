// SPDX-License-Identifier: MIT
// Options are an engine's declared options with the values of one configuration: typed, defaults
// filled in. The declarations are data (EngineInfo), so host and worker check values by the same
// rule.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "engine/engine.h"

namespace assay {

// Why the value does not fit the declaration, in one sentence; nothing when it does.
std::optional<std::string> misfit(const OptionInfo& option, const std::string& value);

// Why the engine, by its own declaration, cannot take the configuration: device, precision, an
// option's name or value. The sentence says what there is.
std::optional<std::string> lacks(const EngineInfo& info, const Configuration& configuration);

// The variables that the worker has to be started with for these values.
std::map<std::string, std::string> option_environment(
    std::span<const OptionInfo> declared, const std::map<std::string, std::string>& values);

class Options {
 public:
  // Unsupported when a value does not fit its declaration.
  Options(std::span<const OptionInfo> declared, const std::map<std::string, std::string>& values);

  // By name; the name must be declared (a bug otherwise) and of a fitting type.
  const std::string& text(const std::string& name) const;
  int64_t integer(const std::string& name) const;
  double number(const std::string& name) const;
  bool flag(const std::string& name) const;

 private:
  std::map<std::string, std::string> x_values;
};

}  // namespace assay
