// SPDX-License-Identifier: MIT
#include "report/labels.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/text.h"

namespace assay {
namespace {

template <typename Field>
bool varies(std::span<const Row> rows, Field field) {
  for (const Row& row : rows) {
    if (field(row) != field(rows.front())) return true;
  }
  return false;
}

std::string counted(int64_t count, std::string_view noun) {
  return fmt::format(", {} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string arrival_label(const Configuration& asked) {
  std::string label(name_of(asked.scenario));
  if (asked.rate_per_s > 0) label += fmt::format(" {:g}/s", asked.rate_per_s);
  if (asked.idle_gap_ns > 0)
    label += fmt::format(", idle {:g} ms", static_cast<double>(asked.idle_gap_ns) / 1e6);
  if (asked.include_transfer) label += ", with transfer";
  return label;
}

Labels::Labels(const Report& report, std::span<const Row> rows) : x_report(&report) {
  using R = const Row&;
  std::set<std::string> machines;
  for (R row : rows) {
    if (row.context) machines.insert(machine(row));
  }
  x_varying.machine = machines.size() > 1;
  x_varying.batch = varies(rows, [](R r) { return r.asked().batch; });
  x_varying.scenario = varies(rows, [](R r) { return arrival_label(r.asked()); });
  x_varying.device = varies(rows, [](R r) { return r.asked().device; });
  x_varying.threads = varies(rows, [](R r) { return r.asked().threads; });
  x_varying.streams = varies(rows, [](R r) { return r.asked().streams; });
  x_varying.options = varies(rows, [](R r) { return r.asked().options; });
}

std::string Labels::machine(const Row& row) const {
  return row.context ? x_report->contexts[*row.context].machine_fingerprint : "";
}

std::string Labels::subject(const Row& row) const {
  std::string label = single_line(model_label(row.asked().model));
  if (x_varying.batch) label += fmt::format(", batch {}", row.asked().batch);
  if (x_varying.scenario) label += ", " + arrival_label(row.asked());
  if (x_varying.machine && row.context) {
    label += " on " + single_line(x_report->contexts[*row.context].host);
  }
  return label;
}

std::string Labels::subject_key(const Row& row) const {
  const Configuration& asked = row.asked();
  // A list as JSON, so that no name can imitate another's key.
  return nlohmann::json({machine(row), asked.model, asked.input, asked.batch, arrival_label(asked)})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Labels::variant(const Row& row) const {
  const Configuration& asked = row.asked();
  std::string label = row.engine + " " + asked.precision;
  if (x_varying.device) label += " on " + asked.device;
  if (x_varying.threads) label += counted(asked.threads, "thread");
  if (x_varying.streams) label += counted(asked.streams, "stream");
  if (x_varying.options) {
    for (const auto& [name, value] : asked.options) label += fmt::format(", {}={}", name, value);
  }
  return single_line(label);
}

}  // namespace assay
