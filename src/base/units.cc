// SPDX-License-Identifier: MIT
#include "base/units.h"

#include <charconv>
#include <cmath>
#include <span>
#include <utility>

#include "base/error.h"

namespace assay {
namespace {

using Unit = std::pair<std::string_view, double>;

double parse(std::string_view text, std::string_view kind, std::string_view allowed,
             std::span<const Unit> units) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<size_t>(end - rest));
  if (error == std::errc() && std::isfinite(number) && number >= 0)
    for (const auto& [name, factor] : units)
      if (unit == name) return number * factor;
  throw Error("'{}' is no {}: write {}", text, kind, allowed);
}

}  // namespace

double parse_seconds(std::string_view text) {
  static constexpr Unit kUnits[] = {{"", 1},      {"s", 1},  {"ms", 1e-3}, {"us", 1e-6},
                                    {"ns", 1e-9}, {"m", 60}, {"min", 60},  {"h", 3600}};
  return parse(text, "duration", "a number with ns, us, ms, s, m or h, such as 30s", kUnits);
}

int64_t parse_bytes(std::string_view text) {
  static constexpr Unit kUnits[] = {{"", 1},         {"B", 1},        {"kB", 1e3},
                                    {"KB", 1e3},     {"MB", 1e6},     {"GB", 1e9},
                                    {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30}};
  const double bytes =
      parse(text, "size", "a number with kB, MB, GB, KiB, MiB or GiB, such as 500MB", kUnits);
  if (bytes > 9e18) throw Error("'{}' is more bytes than any machine has", text);
  return static_cast<int64_t>(bytes);
}

double parse_fraction(std::string_view text) {
  static constexpr Unit kUnits[] = {{"", 1}, {"%", 0.01}};
  return parse(text, "fraction", "a percentage such as 2%, or a number such as 0.02", kUnits);
}

double parse_rate(std::string_view text) {
  static constexpr Unit kUnits[] = {{"", 1}, {"/s", 1}, {"/min", 1.0 / 60}, {"/m", 1.0 / 60}};
  return parse(text, "rate", "a number with /s or /min, such as 50/s", kUnits);
}

}  // namespace assay
