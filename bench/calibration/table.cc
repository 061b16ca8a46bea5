// SPDX-License-Identifier: MIT
#include "table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay::calibration {
namespace {

constexpr int kMany = 1000;

std::string line(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

}  // namespace

bool Table::held() const {
  return std::ranges::all_of(findings, &Finding::held);
}

std::string as_markdown(const Table& table) {
  std::vector<std::string> columns = table.columns;
  columns.push_back("held");
  std::string text = fmt::format("**{}** Target: {}.\n\n", table.title, table.target);
  text += line(columns);
  text += line(std::vector<std::string>(columns.size(), "---"));
  for (const Finding& finding : table.findings) {
    std::vector<std::string> cells = finding.cells;
    cells.resize(table.columns.size());
    cells.push_back(finding.held ? "yes" : "**no**");
    text += line(cells);
  }
  return text;
}

std::string Share::percent() const {
  if (of == 0) return "none";
  return fmt::format("{:.1f} %", 100 * value());
}

double Share::slack(double target) const {
  return of >= kMany ? 0 : 3 * std::sqrt(target * (1 - target) / of);
}

}  // namespace assay::calibration
