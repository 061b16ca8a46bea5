// SPDX-License-Identifier: MIT
#include "engine_options.h"

#include <algorithm>

#include "base/error.h"
#include "record/configuration.h"

namespace assay {

EngineOptions::EngineOptions(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::string name = text.substr(0, text.find('='));
    const size_t dot = name.rfind('.');  // a version has dots, a key has none
    if (name == text || dot == name.npos || dot == 0 || dot + 1 == name.size())
      throw Error("--option '{}' is not ENGINE.KEY=VALUE", text);
    x_by_engine[name.substr(0, dot)][name.substr(dot + 1)].push_back(text.substr(name.size() + 1));
  }
}

OptionSets EngineOptions::sets_for(const std::string& engine) const {
  Choices choices;
  for (const std::string& name : {engine, without_version(engine)})
    if (const auto own = x_by_engine.find(name); own != x_by_engine.end())
      choices.insert(own->second.begin(), own->second.end());
  OptionSets sets{{}};
  for (const auto& [key, values] : choices) {
    OptionSets wider;
    for (const auto& set : sets)
      for (const std::string& value : values) {
        wider.push_back(set);
        wider.back()[key] = value;
      }
    sets = std::move(wider);
  }
  return sets;
}

std::optional<std::string> EngineOptions::unused_by(std::span<const std::string> engines) const {
  for (const auto& [name, choices] : x_by_engine)
    if (std::ranges::none_of(engines, [&](const std::string& engine) {
          return name == engine || name == without_version(engine);
        }))
      return name;
  return std::nullopt;
}

}  // namespace assay
