// SPDX-License-Identifier: MIT
#include "report/details.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/caveats.h"
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

void print_target(const CiTarget& target, std::ostream& out) {
  std::string text = fmt::format("±{} %", significant(100 * target.asked, 2));
  if (target.reached) text += fmt::format(", reached ±{} %", significant(100 * *target.reached, 2));
  if (!target.reason.empty()) text += fmt::format(": {}", shortfall_text(target.reason));
  print_entry("target of 95 %", text, out);
}

std::string mega_of(const std::optional<int64_t>& bytes) {
  return bytes ? significant(static_cast<double>(*bytes) / 1e6, 4) : "–";
}

void print_memory(const MemoryPhases& phases, std::ostream& out) {
  if (!phases.load_peak && !phases.steady) return;
  print_entry("memory at load",
              fmt::format("{} MB, at most {}; {} before it", mega_of(phases.load),
                          mega_of(phases.load_peak), mega_of(phases.engine)),
              out);
  print_entry(
      "first run's",
      fmt::format("{} MB, at most {}", mega_of(phases.first_run), mega_of(phases.first_run_peak)),
      out);
  print_entry("steady memory",
              fmt::format("{} MB, at most {}", mega_of(phases.steady), mega_of(phases.steady_peak)),
              out);
  print_entry("running added",
              fmt::format("{} MB; {} of activations predicted", mega_of(phases.activations),
                          mega_of(phases.activations_predicted)),
              out);
}

void print_energy(const Row& row, std::ostream& out) {
  const auto& energy = row.measurement->energy;
  const auto& note = row.measurement->facts.notes;
  if (!energy && row.ok() && !note.contains("energy")) print_entry("energy", "no sensor", out);
  if (energy && !row.energy_j && row.ok())
    print_entry("energy", fmt::format("not known: no whole burst was steady ({})", energy->sensor),
                out);
  if (!energy || !row.energy_j) return;
  std::string text = energy->sensor;
  if (const auto& ci95 = row.energy_j->ci95)
    text += fmt::format(", 95 % [{}, {}] J", significant(ci95->low, 3), significant(ci95->high, 3));
  text += ", idle power included";
  if (energy->idle_watts) text += fmt::format(" (idle: {} W)", significant(*energy->idle_watts, 3));
  print_entry("energy from", text, out);
}

void print_roof(const Row& row, std::ostream& out) {
  if (!row.roof_share) return;
  const PeakRates& peak = *row.measurement->roof;
  print_entry(
      "share of roof",
      fmt::format("{} % of {} GMAC/s, {} % of {} GB/s ({} threads)",
                  significant(100 * row.roof_share->macs, 3), significant(peak.macs_per_s / 1e9, 4),
                  significant(100 * row.roof_share->bytes, 3),
                  significant(peak.bytes_per_s / 1e9, 3), peak.threads),
      out);
}

void print_speed(const Measurement& measured, std::ostream& out) {
  std::vector<int64_t> all;
  for (const ProcessSamples& process : measured.processes)
    all.insert(all.end(), process.cycles_per_s.begin(), process.cycles_per_s.end());
  if (all.empty()) return;
  const auto [low, high] = std::ranges::minmax(all);
  print_entry(
      "processor",
      fmt::format("{} to {} GHz after the bursts", significant(static_cast<double>(low) / 1e9, 3),
                  significant(static_cast<double>(high) / 1e9, 3)),
      out);
}

void print_phases(const Row& row, std::ostream& out) {
  if (!row.total_ms) return;
  print_entry(
      "phases",
      fmt::format("load {} ms, preprocess {} ms, inference {} ms, postprocess {} ms; in all "
                  "{} ms",
                  significant(*row.load_seconds * 1e3, 3), significant(*row.preprocess_ms, 3),
                  significant(row.latency_ms->median.value, 3), significant(*row.postprocess_ms, 3),
                  significant(*row.total_ms, 3)),
      out);
  print_entry("images per s",
              fmt::format("{} of inference alone, {} with load and preprocessing",
                          significant(*row.fps_inference, 3), significant(*row.fps_all, 3)),
              out);
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
  print_memory(memory_phases(*row.measurement), out);
  print_energy(row, out);
  print_roof(row, out);
  print_speed(*row.measurement, out);
  print_phases(row, out);
  print_facts(row.measurement->facts, out);
  for (const Doubt doubt : row.measurement->doubts) print_entry("doubt", doubt_text(doubt), out);
  print_entry("measure again", single_line(row.measurement->command), out);
}

}  // namespace assay
