// SPDX-License-Identifier: MIT
#include "record/outcome.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"

namespace assay {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 8> kOutcomes = {{
    {Outcome::ok, "ok"},
    {Outcome::unsupported, "unsupported"},
    {Outcome::load_failed, "load_failed"},
    {Outcome::run_failed, "run_failed"},
    {Outcome::out_of_memory, "out_of_memory"},
    {Outcome::timed_out, "timed_out"},
    {Outcome::crashed, "crashed"},
    {Outcome::wrong_output, "wrong_output"},
}};

}  // namespace

std::string_view name_of(Outcome outcome) {
  const auto row =
      std::ranges::find(kOutcomes, outcome, [](const auto& pair) { return pair.first; });
  ASSAY_CHECK(row != kOutcomes.end());
  return row->second;
}

std::optional<Outcome> outcome_from(std::string_view name) {
  const auto row = std::ranges::find(kOutcomes, name, [](const auto& pair) { return pair.second; });
  if (row == kOutcomes.end()) return std::nullopt;
  return row->first;
}

}  // namespace assay
