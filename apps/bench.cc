// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "cells.h"
#include "command.h"
#include "context.h"
#include "interrupt.h"
#include "plan.h"
#include "recorder.h"
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

class Bench {
 public:
  Bench(const BenchFlags& flags, RunOptions options, const std::vector<Cell>& cells,
        std::span<const EngineState> engines)
      : x_flags(flags),
        x_cells(cells),
        x_options(std::move(options)),
        x_store(store_folder(flags.store)),
        x_recorder("assay bench", flags.output, cells) {
    x_options.references = references_of(engines);
    const Context context = make_context(engines, flags.run.fake_clock);
    x_store.add(context);
    x_recorder.begin(context);
  }

  int run() {
    return x_recorder.record([this] { measure_all(); }, *x_options.stop);
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
    const size_t already = x_recorder.measurements().size();
    for (size_t i = 0; i < measured.size(); ++i) {
      if (was_interrupted(measured[i])) continue;
      measured[i].command = command_of(cells[i], x_flags);
      x_recorder.keep(std::move(measured[i]));
    }
    for (const Measurement& kept : std::span(x_recorder.measurements()).subspan(already))
      x_store.add(kept);
  }

  const BenchFlags& x_flags;
  const std::vector<Cell>& x_cells;
  RunOptions x_options;
  Store x_store;
  Recorder x_recorder;
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
               "measure nothing: print which engine would run what at which precision (without "
               "--precision at fp32, fp16, bf16 and int8), or why not");
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags, &app, &status] {
    if (flags->dry_run && app.count("--precision") == 0)
      flags->cells.precisions = {"fp32", "fp16", "bf16", "int8"};
    status = bench(*flags);
  });
}

}  // namespace assay
