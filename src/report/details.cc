// SPDX-License-Identifier: MIT
#include "report/details.h"

#include <fmt/format.h>

#include "report/columns.h"
#include "report/text.h"

namespace assay {
namespace {

constexpr int kNameWidth = 16;

void print_entry(std::string_view name, const std::string& text, std::ostream& out) {
  out << pad_right(name, kNameWidth) << "  " << text << "\n";
}

void print_shares(std::string_view name, const std::map<std::string, double>& shares,
                  std::ostream& out) {
  std::string text;
  for (const auto& [kind, share] : shares) {
    text += fmt::format("{}{} {} %", text.empty() ? "" : ", ", single_line(kind),
                        significant(100 * share, 3));
  }
  if (!text.empty()) print_entry(name, text, out);
}

void print_facts(const Facts& facts, std::ostream& out) {
  print_shares("precision ran", facts.precision_executed, out);
  print_shares("providers", facts.providers, out);
  if (facts.threads) print_entry("busy threads", std::to_string(*facts.threads), out);
  if (!facts.layers.empty()) {
    print_entry("layers", fmt::format("{}; --format json lists them", facts.layers.size()), out);
  }
  for (const auto& [name, note] : facts.notes) {
    print_entry(single_line(name), single_line(note), out);
  }
}

}  // namespace

void print_details(const Row& row, std::ostream& out) {
  for (const Column* column : columns_of(View::file)) {
    const bool is_told_below = column->key == "doubts" || column->key == "command";
    const ColumnValue value = column->value(row);
    if (is_told_below || std::holds_alternative<std::monostate>(value)) continue;
    // The model's whole name: a label would hide the folder.
    const std::string text =
        column->key == "model" ? single_line(row.asked().model) : cell_text(*column, row);
    print_entry(column->heading,
                text + (column->unit.empty() ? "" : " " + std::string(column->unit)), out);
  }
  print_facts(row.measurement->facts, out);
  for (const Doubt doubt : row.measurement->doubts) print_entry("doubt", doubt_text(doubt), out);
  print_entry("measure again", single_line(row.measurement->command), out);
}

}  // namespace assay
