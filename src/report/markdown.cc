// SPDX-License-Identifier: MIT
#include <set>

#include "report/caveats.h"
#include "report/columns.h"
#include "report/renderers.h"
#include "report/text.h"

namespace assay {
namespace {

// Cells are GitHub-flavoured Markdown, so what would end the cell or start markup or HTML is
// escaped.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (std::string_view("\\|`*_[]<>&~#").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string heading(const Column& column) {
  return std::string(column.heading) +
         (column.unit.empty() ? "" : " (" + std::string(column.unit) + ")");
}

void write_legend(const std::vector<Row>& rows, std::ostream& out) {
  std::set<Doubt> present;
  bool one_process = false;
  for (const Row& row : rows) {
    present.insert(row.measurement->doubts.begin(), row.measurement->doubts.end());
    one_process |= row.relative_half_width() && row.latency_ms->processes == 1;
  }
  if (one_process) {
    out << "\n" << kOneProcessMark << " " << escaped(doubt_text(Doubt::single_process)) << "\n";
  }
  if (!present.empty()) out << "\n";
  for (const Doubt doubt : present) {
    const DoubtInfo& info = info_of(doubt);
    out << "- **" << escaped(info.name) << "**: " << escaped(info.meaning) << " "
        << escaped(info.advice) << "\n";
  }
}

}  // namespace

void MarkdownRenderer::render(const Report& report, std::ostream& out) const {
  const auto chosen = columns_of(View::page);
  const std::vector<Row> rows = rows_of(report);
  if (!report.title.empty()) out << "# " << escaped(single_line(report.title)) << "\n\n";
  for (const Column* column : chosen) out << "| " << heading(*column) << " ";
  out << "| reason |\n";
  for (const Column* column : chosen) out << (column->numeric ? "| ---: " : "| --- ");
  out << "| --- |\n";
  for (const Row& row : rows) {
    for (const Column* column : chosen) out << "| " << escaped(cell_text(*column, row)) << " ";
    out << "| " << escaped(single_line(row.measurement->reason)) << " |\n";
  }
  write_legend(rows, out);
}

}  // namespace assay
