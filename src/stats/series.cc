// SPDX-License-Identifier: MIT
#include "stats/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace assay {
namespace {

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  line = line.substr(0, line.find('#'));
  const size_t begin = line.find_first_not_of(kSpace);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

double parse_sample(std::string_view text, std::string_view name, size_t line) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw Error("'{}', line {}: '{}' is not a number; write one a line, in nanoseconds", name, line,
                text.substr(0, 40));
  if (value < 0)
    throw Error("'{}', line {}: {} is negative: no run takes that long", name, line, text);
  return value;
}

}  // namespace

std::vector<double> parse_samples(std::string_view text, std::string_view name) {
  std::vector<double> samples;
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t length = std::min(text.find('\n'), text.size());
    const std::string_view number = trimmed(text.substr(0, length));
    if (!number.empty()) samples.push_back(parse_sample(number, name, line));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return samples;
}

std::optional<SeriesVerdict> judge(std::span<const double> samples) {
  for (size_t i = 0; i < samples.size(); ++i)
    if (!std::isfinite(samples[i])) throw Error("sample {} is {}, not a number", i + 1, samples[i]);
  SeriesVerdict verdict;
  verdict.steady_state = steady_state(samples);
  verdict.left_out = verdict.steady_state.begin.value_or(0);
  const std::span<const double> kept = samples.subspan(verdict.left_out);
  const std::vector<std::vector<double>> processes = {{kept.begin(), kept.end()}};
  std::optional<Summary> summary = summarize(processes);
  if (!summary) return std::nullopt;
  verdict.summary = *summary;
  return verdict;
}

}  // namespace assay
