// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "report/markup.h"
#include "report/page_sections.h"
#include "report/text.h"

namespace assay {
namespace {

// The interval's mark stands for the doubt about a single process.
const char* outcome_class(const Row& row) {
  if (!row.ok()) return "bad";
  const bool doubted = std::ranges::any_of(
      row.measurement->doubts, [](Doubt doubt) { return doubt != Doubt::single_process; });
  return doubted ? "doubted" : "good";
}

std::string cell(const Column& column, const Row& row) {
  const std::string text = html_text(cell_text(column, row));
  const std::string attributes =
      fmt::format("data-key=\"{}\" data-value=\"{}\" data-label=\"{} {}\"{}", column.key,
                  html_text(raw_text(column.value(row))), column.heading, column.unit,
                  column.numeric ? " class=\"num\"" : "");
  if (column.key == "model") {
    return fmt::format(
        "<th scope=\"row\" {0}><button type=\"button\" class=\"expand\" aria-expanded=\"false\" "
        "title=\"{2}\">{1}</button></th>",
        attributes, text, html_text(row.asked().model));
  }
  if (column.key == "outcome") {
    return fmt::format("<td {}><span class=\"outcome {}\">{}</span></td>", attributes,
                       outcome_class(row), text);
  }
  return fmt::format("<td {}>{}</td>", attributes, text);
}

// Where a row with figures has its doubts, a failed one says why it failed: its beginning, for the
// section on failures tells it whole.
std::string reason_cell(const Row& row) {
  constexpr int kMostColumns = 240;
  const std::string& reason = row.measurement->reason;
  return fmt::format(
      "<td class=\"told\" data-key=\"doubts\" data-value=\"\" data-label=\"reason\"><span "
      "class=\"why\">{}</span></td>",
      html_text(cut(single_line(reason), kMostColumns)));
}

}  // namespace

std::string heading_with_unit(const Column& column) {
  return std::string(column.heading) +
         (column.unit.empty() ? "" : fmt::format(" <small>{}</small>", column.unit));
}

std::string table_head() {
  std::string html;
  for (const Column* column : columns_of(View::page)) {
    html += fmt::format(
        "<th scope=\"col\" data-key=\"{}\" data-numeric=\"{}\"{} aria-sort=\"none\"><button "
        "type=\"button\" class=\"sort\" title=\"{}\">{}</button></th>",
        column->key, column->numeric ? 1 : 0, column->numeric ? " class=\"num\"" : "",
        html_text(column->definition), heading_with_unit(*column));
  }
  return "<tr>" + html + "</tr>";
}

std::string table_body(std::span<const Row> rows) {
  std::string html;
  for (size_t i = 0; i < rows.size(); ++i) {
    html += fmt::format("<tr class=\"{}\" data-index=\"{}\">", rows[i].ok() ? "ok" : "failed", i);
    for (const Column* column : columns_of(View::page)) {
      const bool tells_why = column->key == "doubts" && !rows[i].ok();
      html += tells_why ? reason_cell(rows[i]) : cell(*column, rows[i]);
    }
    html += "</tr>\n";
  }
  return html;
}

}  // namespace assay
