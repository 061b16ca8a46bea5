// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "baseline.h"
#include "cells.h"
#include "command.h"
#include "context.h"
#include "interrupt.h"
#include "job.h"
#include "plan.h"
#include "recorder.h"
#include "roof_cache.h"
#include "run/load_search.h"
#include "run/runner.h"
#include "run_flags.h"
#include "store/store.h"

namespace assay {
namespace {

struct BenchFlags {
  CellFlags cells;
  std::string max_latency;
  RunFlags run;
  bool supported_only = false, interleave = false, dry_run = false;
  std::string baseline;
  std::string store;
  OutputFlags output;
};

std::string command_of(const Cell& cell, const RunFlags& flags) {
  return "assay bench " + flags_of(cell) + flags_of(flags, cell.asked.scenario);
}

// As it is planned: what a search would find is not in it.
std::string planned_command(Cell cell, const BenchFlags& flags) {
  if (flags.max_latency.empty()) return command_of(cell, flags.run);
  cell.asked.rate_per_s = 0;
  return command_of(cell, flags.run) + " --max-latency " + flags.max_latency;
}

// With --max-latency the rate of a server, or the number of streams, is what is sought.
void seek_load(BenchFlags& flags) {
  parse_latency_limit(flags.max_latency);
  CellFlags& cells = flags.cells;
  if (cells.scenarios == std::vector<std::string>{"server"}) {
    if (!cells.rates.empty())
      throw Error("--max-latency finds the highest rate: leave --rate out, or --max-latency");
    cells.rates = {"1/s"};  // each trial has its own
  } else if (cells.scenarios == std::vector<std::string>{"multi_stream"}) {
    if (cells.streams != std::vector<int>{1})
      throw Error("--max-latency finds the most streams: leave --streams out, or --max-latency");
    if (cells.threads.empty()) cells.threads = {"1"};
  } else {
    throw Error("--max-latency is for --scenario server or multi_stream");
  }
  if (flags.interleave) throw Error("--max-latency and --interleave exclude each other");
  if (!flags.baseline.empty())
    throw Error("--max-latency and --save-baseline exclude each other: a baseline is no trial");
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
        x_run(flags.run),
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
    const int status = x_recorder.record([this] { measure_all(); }, *x_options.stop);
    return x_flags.max_latency.empty() || *x_options.stop ? status : end_of_search();
  }

 private:
  void measure_all() {
    if (!x_flags.max_latency.empty()) return search_all();
    for (auto group = x_cells.begin(); group != x_cells.end() && !*x_options.stop;) {
      auto end = std::next(group);
      while (x_flags.interleave && end != x_cells.end() && end->model.name == group->model.name)
        ++end;
      measure_group({group, end});
      group = end;
    }
  }

  // For each cell the most work under the limit; each trial is a row.
  void search_all() {
    const LatencyLimit limit = parse_latency_limit(x_flags.max_latency);
    for (const Cell& cell : x_cells) {
      std::optional<LoadFound> found =
          find_load(cell.asked, limit, [&](const Configuration& asked, double seconds) {
            return measured_for({cell.model, asked}, seconds * x_options.processes);
          });
      if (!found) return;
      x_found.push_back(std::move(*found));
    }
  }

  // For at least so long, unless --max-time says how long; null: interrupted.
  const Measurement* measured_for(const Cell& cell, double seconds) {
    x_run.max_time = x_flags.run.max_time;
    const double least_seconds = run_options(x_run).max_seconds;
    if (x_run.max_time.empty() && seconds > least_seconds)
      x_run.max_time = fmt::format("{:.0f}s", std::ceil(seconds));
    x_options.max_seconds = run_options(x_run).max_seconds;
    measure_group(std::span(&cell, 1));
    return *x_options.stop ? nullptr : &x_recorder.measurements().back();
  }

  int end_of_search() const {
    for (const LoadFound& found : x_found) fmt::print(stderr, "{}\n", found.sentence);
    const bool any =
        std::ranges::any_of(x_found, [](const LoadFound& f) { return f.most.has_value(); });
    return any ? kExitOk : kExitLimit;
  }

  void measure_group(std::span<const Cell> cells) {
    std::vector<Job> jobs;
    for (const Cell& cell : cells) jobs.push_back(make_job(cell));
    std::vector<Measurement> measured = measure_interleaved(jobs, x_options);
    const size_t already = x_recorder.measurements().size();
    for (size_t i = 0; i < measured.size(); ++i) {
      if (was_interrupted(measured[i])) continue;
      if (!x_options.fake_clock) x_roof.add_to(measured[i]);
      if (measured[i].outcome == Outcome::ok) measured[i].baseline = x_flags.baseline;
      measured[i].command = command_of(cells[i], x_run);
      x_recorder.keep(std::move(measured[i]));
    }
    for (const Measurement& kept : std::span(x_recorder.measurements()).subspan(already))
      x_store.add(kept);
  }

  const BenchFlags& x_flags;
  RunFlags x_run;  // of the trial that is measured
  const std::vector<Cell>& x_cells;
  RunOptions x_options;
  Store x_store;
  RoofCache x_roof{probe_machine()};
  Recorder x_recorder;
  std::vector<LoadFound> x_found;  // of a search
};

int bench(BenchFlags& flags) {
  if (!flags.max_latency.empty()) seek_load(flags);
  check_output(flags.output);
  if (!flags.baseline.empty()) check_baseline_name(flags.baseline);
  RunOptions options = run_options(flags.run);
  options.seed = flags.cells.model_flags.seed;
  options.stop = &watch_interrupts();
  const std::vector<EngineState> engines = probe_engines();
  std::vector<Cell> cells = make_cells(flags.cells, probe_machine(), engines);
  check_cells(cells, engines);
  if (flags.supported_only) keep_supported(cells, engines);
  if (!flags.dry_run) return Bench(flags, options, cells, engines).run();
  print_plan(
      cells, [&](const Cell& cell) { return planned_command(cell, flags); }, flags.output);
  return kExitOk;
}

}  // namespace

void declare_bench(CLI::App& app, int& status) {
  auto flags = std::make_shared<BenchFlags>();
  add_cell_flags(app, flags->cells);
  add_run_flags(app, flags->run);
  app.add_option("--max-latency", flags->max_latency,
                 "find the highest rate of --scenario server, or the most streams of multi_stream, "
                 "at which the upper bound of the p50, p90, p95 or p99 keeps to this, such as "
                 "20ms@p99; each trial is a row; exit 4 when none does");
  app.add_flag("--supported-only", flags->supported_only,
               "leave out configurations whose engine lacks the precision");
  app.add_flag("--interleave", flags->interleave,
               "measure all configurations of a model in turns, so that drift falls on all alike");
  app.add_flag("--dry-run", flags->dry_run,
               "measure nothing: print which engine would run what at which precision (without "
               "--precision at fp32, fp16, bf16 and int8), or why not");
  app.add_option(
      "--save-baseline", flags->baseline,
      "keep the measurements under this name, for 'assay compare --baseline'; those that "
      "an earlier run kept under it are no longer meant");
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags, &app, &status] {
    if (flags->dry_run && app.count("--precision") == 0)
      flags->cells.precisions = {"fp32", "fp16", "bf16", "int8"};
    status = bench(*flags);
  });
}

}  // namespace assay
