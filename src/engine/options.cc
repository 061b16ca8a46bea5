// SPDX-License-Identifier: MIT
#include "engine/options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "base/names.h"
#include "engine/lacking.h"

namespace assay {
namespace {

template <typename T>
std::optional<T> parse(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<bool> parse_flag(const std::string& text) {
  if (text == "true" || text == "on" || text == "1") return true;
  if (text == "false" || text == "off" || text == "0") return false;
  return std::nullopt;
}

bool contains(std::span<const std::string> list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

}  // namespace

std::optional<std::string> misfit(const OptionInfo& option, const std::string& value) {
  const auto refuse = [&](const char* kind) {
    return fmt::format("option {} is {}, not '{}'", option.name, kind, value);
  };
  if (option.type == "int" && !parse<int64_t>(value)) return refuse("a whole number");
  if (option.type == "float" && !std::isfinite(parse<double>(value).value_or(NAN)))
    return refuse("a number");
  if (option.type == "bool" && !parse_flag(value)) return refuse("true or false");
  if (option.type == "choice" && !contains(option.choices, value))
    return unknown("value of option " + option.name, value, option.choices);
  return std::nullopt;
}

std::optional<std::string> lacks(const EngineInfo& info, const Configuration& configuration) {
  if (!contains(info.devices, configuration.device))
    return fmt::format("{} has no device '{}' here; it has {}", info.name, configuration.device,
                       fmt::join(info.devices, ", "));
  if (auto why = lacking(info, configuration.precision)) return why;
  for (const auto& [name, value] : configuration.options) {
    const auto option = std::ranges::find(info.options, name, &OptionInfo::name);
    if (option == info.options.end()) {
      std::vector<std::string> names;
      for (const OptionInfo& known : info.options) names.push_back(known.name);
      return fmt::format("{} has no option '{}'{}", info.name, name, suggestion(name, names));
    }
    if (auto why = misfit(*option, value)) return why;
  }
  return std::nullopt;
}

std::map<std::string, std::string> option_environment(
    std::span<const OptionInfo> declared, const std::map<std::string, std::string>& values) {
  std::map<std::string, std::string> variables;
  for (const OptionInfo& option : declared) {
    const auto given = values.find(option.name);
    if (!option.environment.empty() && given != values.end() &&
        given->second != option.default_value)
      variables[option.environment] = given->second;
  }
  return variables;
}

Options::Options(std::span<const OptionInfo> declared,
                 const std::map<std::string, std::string>& values) {
  for (const OptionInfo& option : declared) {
    const auto given = values.find(option.name);
    x_values[option.name] = given == values.end() ? option.default_value : given->second;
    if (auto why = misfit(option, x_values[option.name])) throw Unsupported(*why);
  }
}

const std::string& Options::text(const std::string& name) const {
  const auto it = x_values.find(name);
  ASSAY_CHECK(it != x_values.end());
  return it->second;
}

int64_t Options::integer(const std::string& name) const {
  return parse<int64_t>(text(name)).value();
}

double Options::number(const std::string& name) const {
  return parse<double>(text(name)).value();
}

bool Options::flag(const std::string& name) const {
  return parse_flag(text(name)).value();
}

}  // namespace assay
