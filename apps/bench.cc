// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "cells.h"
#include "command.h"
#include "context.h"
#include "interrupt.h"
#include "plan.h"
#include "prepare/model_name.h"
#include "report/table.h"
#include "run/reference.h"
#include "run/runner.h"
#include "store/store.h"

namespace assay {
namespace {

constexpr const char* kDefaultTime = "2s";
constexpr const char* kTimeForTarget = "30s";

struct BenchFlags {
  CellFlags cells;
  std::string max_time, ci_target, warmup = "0.5s", load_deadline = "120s", run_deadline = "60s",
                                   memory_cap;
  int processes = 1;
  uint64_t arrival_seed = 0;
  bool supported_only = false, interleave = false, dry_run = false, no_check = false,
       fake_clock = false;
  std::string store;
  OutputFlags output;
};

double target_of(const BenchFlags& flags) {
  if (flags.ci_target.empty()) return 0;
  const double target = parse_fraction(flags.ci_target);
  if (target <= 0 || target >= 1)
    throw Error(
        "--ci-target '{}' is no target: write a percentage above 0 % and below 100 %, such as "
        "0.5%",
        flags.ci_target);
  return target;
}

RunOptions run_options(const BenchFlags& flags) {
  RunOptions options;
  options.ci_target = target_of(flags);
  const char* default_time = flags.ci_target.empty() ? kDefaultTime : kTimeForTarget;
  options.max_seconds = parse_seconds(flags.max_time.empty() ? default_time : flags.max_time);
  if (options.max_seconds <= 0)
    throw Error("--max-time must be more than 0, not '{}'", flags.max_time);
  options.arrival_seed = flags.arrival_seed;
  options.warmup_seconds = parse_seconds(flags.warmup);
  options.processes = flags.processes;
  options.seed = flags.cells.model_flags.seed;
  options.check_output = !flags.no_check;
  options.deadlines.load = parse_seconds(flags.load_deadline);
  options.deadlines.run = parse_seconds(flags.run_deadline);
  if (!flags.memory_cap.empty()) options.memory_cap_bytes = parse_bytes(flags.memory_cap);
  options.fake_clock = flags.fake_clock;
  return options;
}

// The flags of bench itself that change what is measured, as typed, so that the command reproduces
// the row.
std::string command_of(const Cell& cell, const BenchFlags& flags) {
  std::string command = "assay bench " + flags_of(cell);
  const BenchFlags defaults;
  if (!flags.ci_target.empty()) command += " --ci-target " + flags.ci_target;
  if (!flags.max_time.empty()) command += " --max-time " + flags.max_time;
  if (flags.arrival_seed && cell.asked.scenario == Scenario::server)
    command += fmt::format(" --arrival-seed {}", flags.arrival_seed);
  if (flags.warmup != defaults.warmup) command += " --warmup " + flags.warmup;
  if (flags.processes != defaults.processes)
    command += fmt::format(" --processes {}", flags.processes);
  if (!flags.memory_cap.empty()) command += " --memory-cap " + flags.memory_cap;
  return command;
}

// Drops the cells whose engine does not have the precision at all, and says how many they were.
void keep_supported(std::vector<Cell>& cells, std::span<const EngineState> engines) {
  const size_t dropped = std::erase_if(cells, [&](const Cell& cell) {
    const auto& known = state_of(cell.asked.engine, engines).info.precisions;
    return std::find(known.begin(), known.end(), cell.asked.precision) == known.end();
  });
  if (dropped)
    fmt::print(stderr, "configurations left out, because their engine lacks the precision: {}\n",
               dropped);
}

std::vector<Reference> references_of(std::span<const EngineState> engines) {
  std::vector<EngineInfo> infos;
  for (const EngineState& engine : engines)
    if (engine.available) infos.push_back(engine.info);
  return references_among(std::move(infos));
}

class Bench {
 public:
  Bench(const BenchFlags& flags, RunOptions options, const std::vector<Cell>& cells,
        std::span<const EngineState> engines)
      : x_flags(flags),
        x_cells(cells),
        x_options(std::move(options)),
        x_store(store_folder(flags.store)),
        x_streaming(flags.output.format == "table" && flags.output.file.empty()),
        x_printer(std::cout, render_options(flags.output.file), shown(cells)) {
    x_options.references = references_of(engines);
    x_report.title = "assay bench";
    x_report.contexts.push_back(make_context(engines, flags.fake_clock));
  }

  int run() {
    x_store.add(x_report.contexts.front());
    if (x_streaming) x_printer.header();
    try {
      measure_all();
    } catch (const Error&) {  // what was measured is shown, whatever stopped the rest
      finish();
      throw;
    }
    finish();
    return *x_options.stop ? kExitInterrupted : verdict();
  }

 private:
  void measure_all() {
    for (auto group = x_cells.begin(); group != x_cells.end() && !*x_options.stop;) {
      auto end = std::next(group);
      while (x_flags.interleave && end != x_cells.end() && end->model.name == group->model.name)
        ++end;
      measure_group({group, end});
      group = end;
    }
  }

  void measure_group(std::span<const Cell> cells) {
    std::vector<Job> jobs;
    for (const Cell& cell : cells) jobs.push_back(make_job(cell));
    std::vector<Measurement> measured = measure_interleaved(jobs, x_options);
    for (size_t i = 0; i < measured.size(); ++i) {
      if (was_interrupted(measured[i])) continue;
      measured[i].context_id = x_report.contexts.front().id;
      measured[i].command = command_of(cells[i], x_flags);
      if (x_streaming) x_printer.row(measured[i]);
      x_report.measurements.push_back(measured[i]);
    }
    // After they are shown: a full disk loses none of them.
    for (const Measurement& measurement : measured)
      if (!was_interrupted(measurement)) x_store.add(measurement);
  }

  int verdict() const {
    const auto ok = [](const Measurement& measured) { return measured.outcome == Outcome::ok; };
    const auto missed = [](const Measurement& measured) {
      return std::ranges::count(measured.doubts, Doubt::target_not_reached) > 0;
    };
    if (std::ranges::none_of(x_report.measurements, ok)) return kExitLimit;
    return std::ranges::any_of(x_report.measurements, missed) ? kExitTarget : kExitOk;
  }

  void finish() {
    if (x_streaming) {
      x_printer.footer();
      return;
    }
    Output output(x_flags.output);
    renderer(x_flags.output.format, render_options(x_flags.output.file))
        ->render(x_report, output.stream());
    output.close();
  }

  // What rows will be about, with the models' names as they are shown.
  static std::vector<Configuration> shown(const std::vector<Cell>& cells) {
    std::vector<Configuration> all;
    for (const Cell& cell : cells) {
      all.push_back(cell.asked);
      all.back().model =
          resolve(model_spec(cell.model.name, cell.model.flags, cell.asked.batch)).name;
    }
    return all;
  }

  const BenchFlags& x_flags;
  const std::vector<Cell>& x_cells;
  RunOptions x_options;
  Store x_store;
  bool x_streaming;
  Report x_report;
  RowPrinter x_printer;
};

int bench(const BenchFlags& flags) {
  check_output(flags.output);
  RunOptions options = run_options(flags);
  options.stop = &watch_interrupts();
  const std::vector<EngineState> engines = probe_engines();
  std::vector<Cell> cells = make_cells(flags.cells, probe_machine(), engines);
  check_cells(cells, engines);
  if (flags.supported_only) keep_supported(cells, engines);
  if (!flags.dry_run) return Bench(flags, options, cells, engines).run();
  print_plan(
      cells, [&](const Cell& cell) { return command_of(cell, flags); }, flags.output);
  return kExitOk;
}

}  // namespace

void declare_bench(CLI::App& app, int& status) {
  auto flags = std::make_shared<BenchFlags>();
  add_cell_flags(app, flags->cells);
  app.add_option("--max-time", flags->max_time,
                 "sampling time of one configuration; loading and warm-up come on top")
      ->default_str(fmt::format("{}, or {} with --ci-target", kDefaultTime, kTimeForTarget));
  app.add_option("--ci-target", flags->ci_target,
                 "stop when the 95 % interval of the median is as narrow as this, such as 0.5%; "
                 "exit 3 when a row does not get there within --max-time");
  app.add_option("--arrival-seed", flags->arrival_seed,
                 "seed of the times at which the queries of a server arrive")
      ->capture_default_str();
  app.add_option("--warmup", flags->warmup, "most time that warm-up may take")
      ->capture_default_str();
  app.add_option("--processes", flags->processes,
                 "fresh processes per configuration, the unit of replication")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--load-deadline", flags->load_deadline, "a load that takes longer is timed_out")
      ->capture_default_str();
  app.add_option("--run-deadline", flags->run_deadline,
                 "an answer that takes longer than this on top of the time asked for is timed_out")
      ->capture_default_str();
  app.add_option("--memory-cap", flags->memory_cap, "a worker that grows above it is out_of_memory")
      ->default_str("80% of what is usable");
  app.add_flag("--supported-only", flags->supported_only,
               "leave out configurations whose engine lacks the precision");
  app.add_flag("--interleave", flags->interleave,
               "measure all configurations of a model in turns, so that drift falls on all alike");
  app.add_flag("--no-check", flags->no_check, "do not compare outputs with the reference");
  app.add_flag("--dry-run", flags->dry_run,
               "measure nothing: print which engine would run what at which precision, or why not");
  app.add_flag("--fake-clock", flags->fake_clock)->group("");  // exact samples, for golden files
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags, &status] { status = bench(*flags); });
}

}  // namespace assay
