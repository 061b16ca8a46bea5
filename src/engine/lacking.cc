// SPDX-License-Identifier: MIT
#include "engine/lacking.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay {

std::optional<std::string> lacking(const EngineInfo& info, const std::string& precision,
                                   const std::map<std::string, std::string>& reasons) {
  if (std::ranges::count(info.precisions, precision)) return std::nullopt;
  const auto reason = reasons.find(precision);
  return fmt::format("{} does not execute {} here{}; it executes {}", info.name, precision,
                     reason == reasons.end() ? "" : ": " + reason->second,
                     fmt::join(info.precisions, ", "));
}

}  // namespace assay
