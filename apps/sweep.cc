// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/hash.h"
#include "command.h"
#include "context.h"
#include "interrupt.h"
#include "job.h"
#include "plan.h"
#include "plan/time_left.h"
#include "recorder.h"
#include "roof_cache.h"
#include "store/store.h"
#include "sweep_plan.h"

namespace assay {
namespace {

constexpr double kOverheadSeconds = 1.5;  // a first guess: starting, loading, checking

// The sweep of this name that is to be gone on with, or a new one, stored. Error when it may not.
Sweep begun_or_new(Store& store, const Sweep& planned, bool resume) {
  std::vector<Sweep> begun = store.sweeps(planned.name);
  const auto here = std::ranges::find_if(begun, [&](const Sweep& sweep) {
    return sweep.machine_fingerprint == planned.machine_fingerprint &&
           sweep.shard == planned.shard && sweep.shards == planned.shards;
  });
  if (here == begun.end()) {
    if (resume && !begun.empty() && begun.back().machine_fingerprint != planned.machine_fingerprint)
      throw Error(
          "sweep '{}' was begun on another machine ({}), and results of two machines are not "
          "mixed: begin it here without --resume",
          planned.name, begun.back().cpu);
    if (resume && !begun.empty())
      throw Error("sweep '{}': {}", planned.name, difference(begun.back(), planned));
    store.add(planned);
    return planned;
  }
  if (!resume)
    throw Error(
        "sweep '{}' was begun at {} and has {} of its {} configurations: go on with --resume, or "
        "give another --name",
        planned.name, here->begun_at, store.finished(here->id).size(), here->cells.size());
  if (const std::string what = difference(*here, planned); !what.empty())
    throw Error(
        "sweep '{}' cannot go on, for since it was begun {}: restore what changed, or give "
        "another --name",
        planned.name, what);
  return *here;
}

// Held as long as one process measures a sweep of this name into this store.
Descriptor lock_sweep(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path file =
      folder / fmt::format("sweep-{}.lock", sha256(name).substr(0, 16));
  Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock.get() < 0) throw Error("cannot make the file '{}'", file.string());
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    throw Error("sweep '{}' is being measured into this store by another process", name);
  return lock;
}

// What is said on standard error while it goes on.
class Progress {
 public:
  Progress(size_t already, size_t all)
      : x_done(already), x_all(all), x_terminal(isatty(STDERR_FILENO)) {}

  void done(size_t cells, double seconds_left) {
    const size_t tenth = x_done * 10 / x_all;
    x_done += cells;
    if (!x_terminal && x_done * 10 / x_all == tenth) return;
    fmt::print(stderr, "{}{} of {} configurations, about {} left{}", x_terminal ? "\r\033[K" : "",
               x_done, x_all, in_words(seconds_left), x_terminal && x_done < x_all ? "" : "\n");
    std::fflush(stderr);
  }

  static std::string in_words(double seconds) {
    if (seconds < 90) return fmt::format("{:.0f} s", seconds);
    if (seconds < 90 * 60) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
  }

 private:
  size_t x_done, x_all;
  bool x_terminal;
};

// What measuring a cell takes, before anything is known of it.
CellGuess guess_of(const Cell& cell, const RunOptions& options) {
  const double seconds =
      options.max_seconds + options.processes * (kOverheadSeconds + options.warmup_seconds);
  return {cell.asked.engine, cell.model.name, seconds};
}

using Turns = std::vector<std::vector<size_t>>;  // of cells that are measured together

class Campaign {
 public:
  Campaign(const SweepFlags& flags, const RunOptions& options, const std::vector<Cell>& cells,
           std::span<const EngineState> engines)
      : x_flags(flags),
        x_options(options),
        x_cells(cells),
        x_context(make_context(engines, flags.run.fake_clock)),
        x_store(store_folder(flags.store)),
        x_recorder("assay sweep", flags.output, cells) {
    const Sweep planned = planned_sweep(flags, cells, x_context);
    x_lock = lock_sweep(store_folder(flags.store), planned.name);
    x_sweep = begun_or_new(x_store, planned, flags.resume);
    x_options.references = references_of(engines);
  }

  int run() {
    const auto finished = x_store.finished(x_sweep.id);
    show(finished);
    return x_recorder.record([&] { measure(turns_without(finished), finished.size()); },
                             *x_options.stop);
  }

 private:
  using Finished = std::map<size_t, std::string>;

  // What is finished already, in the contexts in which it was measured.
  void show(const Finished& finished) {
    std::vector<Measurement> measured;
    for (const auto& [cell, id] : finished)
      if (auto found = x_store.find(id)) measured.push_back(std::move(*found));
    for (const Context& context : x_store.contexts())
      if (std::ranges::any_of(
              measured, [&](const Measurement& each) { return each.context_id == context.id; }))
        x_recorder.begin(context);
    for (Measurement& each : measured) x_recorder.keep(std::move(each));
    x_store.add(x_context);
    x_recorder.begin(x_context);
  }

  Turns turns_without(const Finished& finished) const {
    std::vector<std::string> groups;
    for (const Cell& cell : x_cells) groups.push_back(group_of(cell));
    Turns turns = sweep_order(groups, x_options.seed, static_cast<size_t>(x_flags.together),
                              shard_from(x_flags.shard));
    for (std::vector<size_t>& turn : turns)
      std::erase_if(turn, [&](size_t cell) { return finished.contains(cell); });
    std::erase_if(turns, [](const auto& turn) { return turn.empty(); });
    return turns;
  }

  void measure(const Turns& turns, size_t already) {
    std::vector<CellGuess> guesses;
    for (const auto& turn : turns)
      for (const size_t cell : turn) guesses.push_back(guess_of(x_cells[cell], x_options));
    TimeLeft left(guesses);
    Progress progress(already, already + guesses.size());
    size_t place = 0;
    for (const auto& turn : turns) {
      if (*x_options.stop) return;
      const auto start = std::chrono::steady_clock::now();
      measure_turn(turn);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      for (size_t i = 0; i < turn.size(); ++i)
        left.took(place++, took.count() / static_cast<double>(turn.size()));
      progress.done(turn.size(), left.seconds());
    }
  }

  void measure_turn(const std::vector<size_t>& turn) {
    std::vector<Measurement> measured = measured_together(turn);
    for (size_t i = 0; i < turn.size(); ++i) {
      // Several share the memory; alone it may be enough.
      if (turn.size() > 1 && measured[i].outcome == Outcome::out_of_memory && !*x_options.stop)
        measured[i] = std::move(measured_together({turn[i]}).front());
      keep(std::move(measured[i]), turn[i]);
    }
  }

  std::vector<Measurement> measured_together(const std::vector<size_t>& turn) const {
    std::vector<Job> jobs;
    for (const size_t cell : turn) jobs.push_back(make_job(x_cells[cell]));
    return measure_interleaved(jobs, x_options);
  }

  // What an interrupt cut short is stored, but not as the cell's result.
  void keep(Measurement measurement, size_t cell) {
    if (was_interrupted(measurement)) return;
    if (!x_options.fake_clock) x_roof.add_to(measurement);
    measurement.context_id = x_context.id;
    measurement.command = x_sweep.cells[cell];
    x_recorder.keep(measurement);
    if (*x_options.stop)
      x_store.add(measurement);
    else
      x_store.add(measurement, x_sweep.id, cell);
  }

  const SweepFlags& x_flags;
  RunOptions x_options;
  const std::vector<Cell>& x_cells;
  Context x_context;
  Store x_store;
  RoofCache x_roof{probe_machine()};
  Recorder x_recorder;
  Descriptor x_lock;
  Sweep x_sweep;
};

int merge(const SweepFlags& flags) {
  Store store(store_folder(flags.store));
  for (const std::string& folder : flags.merged)
    fmt::print("{} measurements came from '{}'\n", store.merge(folder), folder);
  return kExitOk;
}

int dry_run(const SweepFlags& flags, const RunOptions& options, const std::vector<Cell>& cells) {
  print_plan(
      cells, [&](const Cell& cell) { return command_of(cell, flags); }, flags.output);
  double seconds = 0;
  for (const Cell& cell : cells) seconds += guess_of(cell, options).seconds;
  fmt::print(stderr, "{} configurations, about {}\n", cells.size(), Progress::in_words(seconds));
  return kExitOk;
}

int sweep(SweepFlags flags) {
  if (!flags.merged.empty()) return merge(flags);
  check_output(flags.output);
  take_file(flags);
  RunOptions options = run_options(flags.run);
  options.seed = flags.cells.model_flags.seed;
  options.stop = &watch_interrupts();
  shard_from(flags.shard);
  const std::vector<EngineState> engines = probe_engines();
  const std::vector<Cell> cells = planned_cells(flags, engines);
  if (flags.dry_run) return dry_run(flags, options, cells);
  return Campaign(flags, options, cells, engines).run();
}

}  // namespace

void declare_sweep(CLI::App& app, int& status) {
  auto flags = std::make_shared<SweepFlags>();
  add_plan_flags(app, *flags);
  const std::vector<CLI::Option*> of_plan = app.get_options();
  app.add_option("--name", flags->name, "under which the sweep is stored and resumed")
      ->default_str("the file's name, or one made from the plan");
  app.add_flag("--resume", flags->resume,
               "goes on with what is not finished; refused when the plan, an engine's version or "
               "the machine is another");
  app.add_option("--shard", flags->shard,
                 "measures one part of the sweep, such as 1/4; the parts' stores are merged later");
  app.add_option("--merge", flags->merged,
                 "measures nothing: brings everything from the store in this folder");
  app.add_flag("--dry-run", flags->dry_run,
               "measure nothing: print which engine would run what at which precision, or why "
               "not, and how long it takes");
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, report_formats());
  app.callback([flags, of_plan, &status] {
    for (const CLI::Option* option : of_plan)
      if (!option->get_positional() && option->count() > 0)
        flags->given.push_back(option->get_name());
    status = sweep(*flags);
  });
}

}  // namespace assay
