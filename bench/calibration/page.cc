// SPDX-License-Identifier: MIT
#include "page.h"

#include <fmt/format.h>

#include "base/error.h"

namespace assay::calibration {

std::string with_part(const std::string& page, std::string_view name, std::string_view part) {
  const std::string begin = fmt::format("<!-- calibration {} -->\n", name);
  constexpr std::string_view kEnd = "<!-- end -->";
  const size_t at = page.find(begin);
  const size_t end = at == page.npos ? page.npos : page.find(kEnd, at);
  if (end == page.npos)
    throw Error("the page has no lines '<!-- calibration {} -->' and '{}' after it", name, kEnd);
  const size_t from = at + begin.size();
  return fmt::format("{}\n{}\n{}", page.substr(0, from), part, page.substr(end));
}

}  // namespace assay::calibration
