// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "cells.h"
#include "command.h"
#include "context.h"
#include "interrupt.h"
#include "plan.h"
#include "prepare/model_name.h"
#include "report/table.h"
#include "run/reference.h"
#include "run/runner.h"
#include "run_flags.h"
#include "store/store.h"

namespace assay {
namespace {

struct BenchFlags {
  CellFlags cells;
  RunFlags run;
  bool supported_only = false, interleave = false, dry_run = false;
  std::string store;
  OutputFlags output;
};

std::string command_of(const Cell& cell, const BenchFlags& flags) {
  return "assay bench " + flags_of(cell) + flags_of(flags.run, cell.asked.scenario);
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
    x_report.contexts.push_back(make_context(engines, flags.run.fake_clock));
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
  RunOptions options = run_options(flags.run);
  options.seed = flags.cells.model_flags.seed;
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
  add_run_flags(app, flags->run);
  app.add_flag("--supported-only", flags->supported_only,
               "leave out configurations whose engine lacks the precision");
  app.add_flag("--interleave", flags->interleave,
               "measure all configurations of a model in turns, so that drift falls on all alike");
  app.add_flag("--dry-run", flags->dry_run,
               "measure nothing: print which engine would run what at which precision, or why not");
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags, &status] { status = bench(*flags); });
}

}  // namespace assay
