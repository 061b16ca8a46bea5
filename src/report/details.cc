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

// Why a target was missed, for people; the words of CiTarget::reason.
std::string_view explain_shortfall(std::string_view reason) {
  if (reason == "too_few_samples") return "too few samples for an interval";
  if (reason == "drift") return "the latency did not settle";
  if (reason == "processes") return "too few processes for what they differ by";
  return "the samples scatter too much for the time";
}

void print_target(const CiTarget& target, std::ostream& out) {
  std::string text = fmt::format("±{} %", significant(100 * target.asked, 2));
  if (target.reached) text += fmt::format(", reached ±{} %", significant(100 * *target.reached, 2));
  if (!target.reason.empty()) text += fmt::format(": {}", explain_shortfall(target.reason));
  print_entry("target of 95 %", text, out);
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
  if (row.measurement->ci_target) print_target(*row.measurement->ci_target, out);
  print_facts(row.measurement->facts, out);
  for (const Doubt doubt : row.measurement->doubts) print_entry("doubt", doubt_text(doubt), out);
  print_entry("measure again", single_line(row.measurement->command), out);
}

}  // namespace assay
