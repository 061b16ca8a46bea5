// SPDX-License-Identifier: MIT
#include "baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "base/names.h"
#include "job.h"
#include "run_flags.h"

namespace assay {
namespace {

constexpr std::string_view kCommand = "assay bench ";
constexpr size_t kLongestName = 100;

bool asks_the_same(const Configuration& a, const Configuration& b) {
  return a.model == b.model && a.device == b.device && a.precision == b.precision &&
         a.input == b.input && a.batch == b.batch && a.threads == b.threads &&
         a.streams == b.streams && a.scenario == b.scenario && a.rate_per_s == b.rate_per_s &&
         a.idle_gap_ns == b.idle_gap_ns && a.include_transfer == b.include_transfer &&
         a.fresh_inputs == b.fresh_inputs;
}

// Where several are left and some fit, those that do.
template <typename Fits>
void narrow(std::vector<Measurement>& kept, Fits fits) {
  const auto unfit = [&](const Measurement& one) { return !fits(one.configuration); };
  if (kept.size() > 1 && !std::ranges::all_of(kept, unfit)) std::erase_if(kept, unfit);
}

std::string list_of(std::span<const Measurement> kept) {
  std::string list;
  for (const Measurement& one : kept) {
    const Configuration& asked = one.configuration;
    list += fmt::format("{}{} on {} at {}", list.empty() ? "" : ", ", asked.model, asked.engine,
                        asked.precision);
    for (const auto& [key, value] : asked.options) list += fmt::format(" {}={}", key, value);
  }
  return list;
}

Cell cell_of(const std::string& command, std::span<const EngineState> engines) {
  if (!command.starts_with(kCommand)) throw Error("it was not made by assay bench");
  CellFlags flags;
  RunFlags unused;  // all sides are measured with those of this comparison, or it would be none
  CLI::App parser;
  add_cell_flags(parser, flags);
  add_run_flags(parser, unused);
  parse_quoted(parser, command.substr(kCommand.size()));
  std::vector<Cell> cells = make_cells(flags, probe_machine(), engines);
  if (cells.size() != 1) throw Error("its command stands for {} configurations", cells.size());
  return std::move(cells.front());
}

}  // namespace

void check_baseline_name(const std::string& name) {
  const bool plain = std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '/' || c == '@';
  });
  if (!plain || name.empty() || name.size() > kLongestName || name.front() == '-')
    throw Error("'{}' is no name for a baseline: write letters, digits and any of - _ . / @", name);
}

Measurement find_baseline(const Store& store, const std::string& name, const Configuration& like) {
  check_baseline_name(name);
  std::vector<Measurement> kept = store.baseline(name);
  if (kept.empty()) {
    const std::vector<std::string> names = store.baselines();
    if (names.empty())
      throw Error("there is no baseline; 'assay bench ... --save-baseline {}' makes one", name);
    throw Error(unknown("baseline", name, names));
  }
  if (kept.size() == 1) return std::move(kept.front());
  const std::string all = list_of(kept);
  std::erase_if(kept,
                [&](const Measurement& one) { return !asks_the_same(one.configuration, like); });
  narrow(kept,
         [&](const Configuration& one) { return one.engine == without_version(like.engine); });
  narrow(kept, [&](const Configuration& one) { return one.options == like.options; });
  if (kept.size() != 1)
    throw Error("baseline '{}' holds {} measurements that could be meant: {}", name,
                kept.empty() ? "no" : "several", all);
  return std::move(kept.front());
}

Remade remake(const Measurement& stored, std::span<const EngineState> engines) {
  const Configuration& asked = stored.configuration;
  try {
    const std::string pinned = asked.engine + "@" + asked.engine_version;
    require_installed(pinned);
    const EngineState& state = state_of(pinned, engines);
    if (!state.available) return {std::nullopt, state.reason};
    if (state.info.version != asked.engine_version)
      return {std::nullopt, fmt::format("engine {} is version {} here, and the baseline's is {}",
                                        asked.engine, state.info.version, asked.engine_version)};
    Cell cell = cell_of(stored.command, engines);
    cell.asked.engine = pinned;
    check_cells({cell}, engines);
    if (make_job(cell).model.sha256 != asked.model_sha256)
      return {std::nullopt, fmt::format("the model {} has changed since", asked.model)};
    return {std::move(cell), ""};
  } catch (const Error& error) {
    return {std::nullopt, fmt::format("it cannot be measured again ({})", error.what())};
  }
}

}  // namespace assay
