// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "cells.h"
#include "command.h"
#include "context.h"
#include "engine_options.h"
#include "interrupt.h"
#include "listing.h"
#include "report/columns.h"
#include "report/json.h"
#include "report/report.h"
#include "run/paired_rounds.h"
#include "run/runner.h"
#include "store/store.h"

namespace assay {
namespace {

constexpr size_t kShortestId = 6;

struct CompareFlags {
  CellFlags common;
  std::string threshold = "2%", max_time = "12s", warmup = "0.5s";
  int processes = 6;
  bool no_check = false, fake_clock = false;
  std::string store;
  OutputFlags output;
};

// What is printed: both measurements and what their comparison says.
struct Compared {
  Measurement a, b;
  std::optional<Comparison> comparison{};  // nothing: a side has no latency
  Verdict verdict = Verdict::cannot_tell;
  double threshold = 0;
};

double threshold_of(const CompareFlags& flags) {
  const double threshold = parse_fraction(flags.threshold);
  if (threshold < 0 || threshold >= 1)
    throw Error("--threshold '{}' is none: write a percentage from 0 % to below 100 %, such as 2%",
                flags.threshold);
  return threshold;
}

// A measurement's id, or its beginning: what `assay show` prints is in capitals, as no model is.
bool looks_like_id(const std::string& text) {
  return text.size() >= kShortestId && std::ranges::all_of(text, [](unsigned char c) {
           return std::isdigit(c) || std::isupper(c);
         });
}

// One side's configuration: the common flags, overruled by those in its quotes.
Cell cell_of(const std::string& text, const CellFlags& common,
             std::span<const EngineState> engines) {
  CellFlags flags = common;
  flags.models = {text};
  if (is_quoted(text)) {
    CLI::App parser;
    add_cell_flags(parser, flags);
    parse_quoted(parser, text);
  }
  if (flags.models.size() == 1 && flags.models.front().starts_with("--"))
    throw Error("'{}' names no model", text);
  const std::vector<std::string> own = chosen_engines(flags.engines, engines);
  std::erase_if(flags.options, [&](const std::string& option) {  // of the other side's engine
    return std::ranges::count(common.options, option) && EngineOptions({option}).unused_by(own);
  });
  std::vector<Cell> cells = make_cells(flags, probe_machine(), engines);
  if (cells.size() != 1)
    throw Error(
        "'{}' stands for {} configurations, and a side of a comparison is one: name one engine "
        "with --engine, and one value of each other flag",
        text, cells.size());
  check_cells(cells, engines);
  return std::move(cells.front());
}

Measurement stored(const Store& store, const std::string& id) {
  auto found = store.find(id);
  if (!found)
    throw Error(
        "no measurement '{}' in the store; `assay report --format table` shows what is there", id);
  return std::move(*found);
}

RunOptions run_options(const CompareFlags& flags) {
  RunOptions options;
  options.max_seconds = parse_seconds(flags.max_time) / 2;  // it bounds both sides together
  if (options.max_seconds <= 0)
    throw Error("--max-time must be more than 0, not '{}'", flags.max_time);
  options.warmup_seconds = parse_seconds(flags.warmup);
  options.processes = flags.processes;
  options.seed = flags.common.model_flags.seed;
  options.check_output = !flags.no_check;
  options.fake_clock = flags.fake_clock;
  options.stop = &watch_interrupts();
  return options;
}

std::string command_of(const Cell& cell, const CompareFlags& flags) {
  std::string command = fmt::format("assay bench {} --processes {} --max-time {}ms", flags_of(cell),
                                    flags.processes, parse_seconds(flags.max_time) * 500);
  if (flags.warmup != CompareFlags().warmup) command += " --warmup " + flags.warmup;
  return command;
}

std::vector<Cell> both_cells(const CompareFlags& flags, std::span<const EngineState> engines) {
  std::vector<Cell> cells;
  for (const std::string& side : flags.common.models)
    cells.push_back(cell_of(side, flags.common, engines));
  std::vector<std::string> names;
  for (const Cell& cell : cells) names.push_back(cell.asked.engine);
  if (const auto unused = EngineOptions(flags.common.options).unused_by(names))
    throw Error("--option is for engine '{}', which neither side is on", *unused);
  return cells;
}

// Both measured in turns in the same processes' time.
Compared measure_both(const CompareFlags& flags, Store& store) {
  const std::vector<EngineState> engines = probe_engines();
  const std::vector<Cell> cells = both_cells(flags, engines);
  const RunOptions options = run_options(flags);
  const Context context = make_context(engines, flags.fake_clock);
  store.add(context);
  std::vector<Job> jobs;
  for (const Cell& cell : cells) jobs.push_back(make_job(cell));
  std::vector<Measurement> measured = measure_interleaved(jobs, options);
  for (size_t i = 0; i < measured.size(); ++i) {
    measured[i].context_id = context.id;
    measured[i].command = command_of(cells[i], flags);
  }
  Compared compared{std::move(measured[0]), std::move(measured[1])};
  if (compared.a.outcome == Outcome::ok && compared.b.outcome == Outcome::ok)
    compared.comparison = compare_paired(paired_rounds(compared.a, compared.b));
  return compared;
}

Compared take_stored(const CompareFlags& flags, const Store& store) {
  Compared compared{stored(store, flags.common.models[0]), stored(store, flags.common.models[1])};
  const Row a(compared.a), b(compared.b);
  if (a.ok() && b.ok() && a.latency_ms && b.latency_ms)
    compared.comparison = compare_apart(*a.latency_ms, *b.latency_ms);
  return compared;
}

Item as_json(const Compared& compared) {
  Item ratio = {{"median", nullptr}, {"ci95", nullptr}};
  if (compared.comparison) ratio["median"] = compared.comparison->ratio;
  if (compared.comparison && compared.comparison->ci95)
    ratio["ci95"] = {compared.comparison->ci95->low, compared.comparison->ci95->high};
  return {{"schema_version", kReportSchemaVersion},
          {"a", result_json(Row(compared.a))},
          {"b", result_json(Row(compared.b))},
          {"ratio", ratio},
          {"paired", compared.comparison && compared.comparison->paired},
          {"pairs", compared.comparison ? Item(compared.comparison->pairs) : Item(nullptr)},
          {"verdict", name_of(compared.verdict)},
          {"threshold", compared.threshold}};
}

Item as_row(const Compared& compared) {
  Item row = {{"a", compared.a.id}, {"b", compared.b.id}, {"verdict", name_of(compared.verdict)}};
  if (!compared.comparison) return row;
  row["ratio"] = compared.comparison->ratio;
  row["pairs"] = compared.comparison->pairs;
  if (!compared.comparison->ci95) return row;
  row["low"] = compared.comparison->ci95->low;
  row["high"] = compared.comparison->ci95->high;
  return row;
}

std::string sentence(const Compared& compared) {
  const auto& found = compared.comparison;
  const auto failed = [](const char* side, const Measurement& measured) {
    return fmt::format("{} has no latency: {}", side, measured.reason);
  };
  if (compared.a.outcome != Outcome::ok) return failed("A", compared.a);
  if (compared.b.outcome != Outcome::ok) return failed("B", compared.b);
  if (!found) return "No round of bursts is common to both.";
  std::string text = fmt::format("B takes {:.4f} times as long as A", found->ratio);
  if (found->ci95)
    text += fmt::format(", 95 % [{:.4f}, {:.4f}]", found->ci95->low, found->ci95->high);
  text += found->paired ? fmt::format(", {} pairs of processes", found->pairs) : ", measured apart";
  text += fmt::format(": {}", name_of(compared.verdict));
  if (compared.verdict == Verdict::same)
    text += fmt::format(" within {:g} %", compared.threshold * 100);
  return text + ".";
}

void print(const Compared& compared, const CompareFlags& flags) {
  Output output(flags.output);
  std::ostream& out = output.stream();
  if (flags.output.format == "json") {
    out << dump(as_json(compared)) << '\n';
  } else if (flags.output.format == "csv") {
    print_listing({as_row(compared)}, {"a", "b", "ratio", "low", "high", "pairs", "verdict"}, "csv",
                  out);
  } else {
    const Report report{"assay compare", {}, {compared.a, compared.b}};
    renderer(flags.output.format, render_options(flags.output.file))->render(report, out);
    out << '\n' << sentence(compared) << '\n';
  }
  output.close();
}

int exit_of(const Compared& compared) {
  if (compared.comparison && is_regression(*compared.comparison, compared.threshold))
    return kExitLimit;
  return compared.verdict == Verdict::cannot_tell ? kExitTarget : kExitOk;
}

int compare(const CompareFlags& flags) {
  check_output(flags.output);
  const auto& sides = flags.common.models;
  if (sides.size() != 2)
    throw Error("compare takes two configurations, A and B; {} given", sides.size());
  const double threshold = threshold_of(flags);
  const bool ids = std::ranges::all_of(sides, looks_like_id);
  if (!ids && std::ranges::any_of(sides, looks_like_id))
    throw Error("compare takes two stored measurements or two configurations, not one of each");
  Store store(store_folder(flags.store), ids ? StoreAccess::read : StoreAccess::read_write);
  Compared compared = ids ? take_stored(flags, store) : measure_both(flags, store);
  compared.threshold = threshold;
  if (compared.comparison) compared.verdict = verdict_of(*compared.comparison, threshold);
  print(compared, flags);
  for (const Measurement* side : {&compared.a, &compared.b})  // once shown: the disk may be full
    if (!ids && !was_interrupted(*side)) store.add(*side);
  return !ids && watch_interrupts() ? kExitInterrupted : exit_of(compared);
}

}  // namespace

void declare_compare(CLI::App& app, int& status) {
  auto flags = std::make_shared<CompareFlags>();
  add_cell_flags(app, flags->common);
  app.get_option("MODEL")
      ->description(
          "A and B: each a model, a quoted model with flags of its own ('resnet18 --engine "
          "openvino'), or the id of a stored measurement")
      ->required();
  app.add_option("--threshold", flags->threshold,
                 "ratios within 1 -+ this are the same; exit 4 when the whole interval is above")
      ->capture_default_str();
  app.add_option("--max-time", flags->max_time,
                 "sampling time of the comparison, both sides together")
      ->capture_default_str();
  app.add_option("--warmup", flags->warmup, "most time that a process's warm-up may take")
      ->capture_default_str();
  app.add_option("--processes", flags->processes, "pairs of fresh processes")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--no-check", flags->no_check, "do not compare outputs with the reference");
  app.add_flag("--fake-clock", flags->fake_clock)->group("");  // exact samples, for golden files
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, listing_formats());
  app.callback([flags, &status] { status = compare(*flags); });
  app.footer(
      "The ratio is B's latency over A's. Both run interleaved, burst by burst in random order. "
      "Exit 0: told apart or the same; 3: cannot tell; 4: B is slower by more than the threshold.");
}

}  // namespace assay
