// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "baseline.h"
#include "cells.h"
#include "command.h"
#include "compared.h"
#include "context.h"
#include "interrupt.h"
#include "job.h"
#include "listing.h"
#include "report/row.h"
#include "roof_cache.h"
#include "run/paired_run.h"
#include "sides.h"
#include "stats/replication.h"
#include "store/store.h"

namespace assay {
namespace {

struct CompareFlags {
  CellFlags common;
  std::string threshold = "2%", max_time = "12s", warmup = "0.5s", quiet_time = "1s", ci_target,
              baseline;
  int processes = 0;
  bool no_check = false, fake_clock = false;
  std::string store;
  OutputFlags output;
};

double threshold_of(const CompareFlags& flags) {
  const double threshold = parse_fraction(flags.threshold);
  if (threshold < 0 || threshold >= 1)
    throw Error("--threshold '{}' is none: write a percentage from 0 % to below 100 %, such as 2%",
                flags.threshold);
  return threshold;
}

Measurement stored(const Store& store, const std::string& id) {
  auto found = store.find(id);
  if (!found)
    throw Error(
        "no measurement '{}' in the store; `assay report --format table` shows what is there", id);
  return std::move(*found);
}

std::string command_of(const Cell& cell, const CompareFlags& flags) {
  const double share = parse_seconds(flags.max_time) / 2;
  std::string command = fmt::format(
      "assay bench {} --processes {} --max-time {}ms", flags_of(cell),
      flags.processes > 0 ? flags.processes : static_cast<int>(claim_pairs(0.95)), share * 1000);
  if (flags.warmup != CompareFlags().warmup) command += " --warmup " + flags.warmup;
  return command;
}

RunOptions run_options(const CompareFlags& flags) {
  RunOptions options;
  options.warmup_seconds = parse_seconds(flags.warmup);
  options.quiet_seconds = parse_seconds(flags.quiet_time);
  options.seed = flags.common.model_flags.seed;
  options.check_output = !flags.no_check;
  options.fake_clock = flags.fake_clock;
  options.stop = &watch_interrupts();
  return options;
}

PairedOptions paired_options(const CompareFlags& flags) {
  PairedOptions options;
  options.max_seconds = parse_seconds(flags.max_time);
  if (options.max_seconds <= 0)
    throw Error("--max-time must be more than 0, not '{}'", flags.max_time);
  if (!flags.ci_target.empty()) options.ci_target = parse_fraction(flags.ci_target);
  if (options.ci_target <= 0 || options.ci_target >= 1)
    throw Error(
        "--ci-target '{}' is no target: write a percentage above 0 % and below 100 %, such as "
        "0.2%",
        flags.ci_target);
  options.pairs = flags.processes;
  return options;
}

// Calls of 0 ns, by a coarse clock, have no ratio.
bool is_comparable(const Row& row) {
  return row.ok() && row.latency_ms && row.latency_ms->median.value > 0;
}

// What was measured apart is not sampled on until the target is reached.
CiTarget target_apart(const std::optional<Comparison>& found, double asked) {
  CiTarget target{asked, found ? half_width_of(*found) : std::nullopt, ""};
  if (!target.reached)
    target.reason = "too_few_samples";
  else if (*target.reached > asked)
    target.reason = "noise";
  return target;
}

class Compare {
 public:
  explicit Compare(const CompareFlags& flags)
      : x_flags(flags), x_paired(paired_options(flags)), x_options(run_options(flags)) {
    x_compared.threshold = threshold_of(flags);
    x_compared.target_counts = !flags.ci_target.empty();
    x_compared.baseline = flags.baseline;
  }

  int run() {
    const auto& sides = x_flags.common.models;
    const size_t least = x_flags.baseline.empty() ? 2 : 1;
    if (sides.size() < least)
      throw Error("compare takes two or more configurations{}; {} given",
                  least == 1 ? ", or one with --baseline" : ", A and B", sides.size());
    const bool ids = std::ranges::all_of(sides, looks_like_id);
    if (!ids && std::ranges::any_of(sides, looks_like_id))
      throw Error("compare takes stored measurements or configurations, not some of each");
    Store store(store_folder(x_flags.store), ids ? StoreAccess::read : StoreAccess::read_write);
    if (ids)
      take_stored(store);
    else
      measure(store);
    judge(x_compared);
    print_compared(x_compared, x_flags.output);
    for (const Measurement& side : x_measured)  // once shown: the disk may be full
      if (!was_interrupted(side)) store.add(side);
    return !ids && watch_interrupts() ? kExitInterrupted : exit_of(x_compared);
  }

 private:
  void take_stored(const Store& store) {
    const auto& ids = x_flags.common.models;
    if (!x_flags.baseline.empty()) {
      const Measurement first = stored(store, ids.front());
      x_compared.sides.push_back(find_baseline(store, x_flags.baseline, first.configuration));
      x_compared.why_apart = "all of them are stored";
    }
    for (const std::string& id : ids) x_compared.sides.push_back(stored(store, id));
    compare_all_apart();
  }

  void measure(Store& store) {
    const std::vector<EngineState> engines = probe_engines();
    std::vector<Cell> cells = cells_of_sides(x_flags.common, engines);
    std::vector<Job> jobs;
    for (const Cell& cell : cells) jobs.push_back(make_job(cell));
    std::optional<Measurement> base;  // as stored, when it cannot be measured again
    if (!x_flags.baseline.empty()) {
      base = find_baseline(store, x_flags.baseline, jobs.front().configuration);
      Remade remade = remake(*base, engines);
      x_compared.why_apart = remade.why_not;
      if (remade.cell) {
        jobs.insert(jobs.begin(), make_job(*remade.cell));
        cells.insert(cells.begin(), std::move(*remade.cell));
        base.reset();
      }
    }
    const Context context = make_context(engines, x_flags.fake_clock);
    store.add(context);
    if (base)
      measure_beside_stored(*base, jobs);
    else
      measure_side_by_side(jobs);
    for (size_t i = 0; i < cells.size(); ++i) {
      Measurement& side = x_compared.sides[i + (base ? 1 : 0)];
      if (!x_options.fake_clock) RoofCache(probe_machine()).add_to(side);
      side.context_id = context.id;
      side.command = command_of(cells[i], x_flags);
      x_measured.push_back(side);
    }
  }

  void measure_side_by_side(std::span<const Job> jobs) {
    PairedRun run = measure_paired(jobs, x_options, x_paired);
    x_compared.sides = std::move(run.measured);
    for (PairedResult& result : run.against)
      x_compared.against.push_back({result.comparison, std::move(result.target)});
  }

  void measure_beside_stored(const Measurement& base, std::span<const Job> jobs) {
    RunOptions options = x_options;
    options.processes = x_paired.pairs > 0
                            ? x_paired.pairs
                            : static_cast<int>(claim_pairs(confidence_of_each(jobs.size())));
    options.max_seconds = x_paired.max_seconds / static_cast<double>(jobs.size());
    x_compared.sides = {base};
    for (Measurement& side : measure_interleaved(jobs, options))
      x_compared.sides.push_back(std::move(side));
    compare_all_apart();
  }

  void compare_all_apart() {
    const double confidence = confidence_of_each(x_compared.sides.size() - 1);
    const Row base(x_compared.sides.front());
    for (size_t i = 1; i < x_compared.sides.size(); ++i) {
      const Row other(x_compared.sides[i]);
      Against& found = x_compared.against.emplace_back();
      if (is_comparable(base) && is_comparable(other))
        found.comparison = compare_apart(*base.latency_ms, *other.latency_ms, confidence);
      if (x_compared.target_counts)
        found.target = target_apart(found.comparison, x_paired.ci_target);
    }
  }

  const CompareFlags& x_flags;
  PairedOptions x_paired;
  RunOptions x_options;
  Compared x_compared;
  std::vector<Measurement> x_measured;  // here and now, to be stored
};

int compare(const CompareFlags& flags) {
  check_output(flags.output);
  return Compare(flags).run();
}

}  // namespace

void declare_compare(CLI::App& app, int& status) {
  auto flags = std::make_shared<CompareFlags>();
  add_cell_flags(app, flags->common);
  app.get_option("MODEL")
      ->description(
          "A, B and more: each a model, a quoted model with flags of its own ('resnet18 --engine "
          "openvino'), or the id of a stored measurement; each but the first is compared with the "
          "first")
      ->required();
  app.add_option("--baseline", flags->baseline,
                 "A is what 'assay bench --save-baseline' kept under this name: measured again "
                 "beside the others when its engine is installed at that version, else as stored");
  app.add_option("--threshold", flags->threshold,
                 "ratios within 1 -+ this are the same; exit 4 when the whole interval is above")
      ->capture_default_str();
  app.add_option("--ci-target", flags->ci_target,
                 "stop when the ratio's 95 % interval is as narrow as this; when it is given and "
                 "not reached within --max-time, exit 3")
      ->default_str("0.2%");
  app.add_option("--max-time", flags->max_time,
                 "sampling time of the comparison, all sides together; pairs of processes beyond "
                 "those that a claim takes end after as long, loading included")
      ->capture_default_str();
  app.add_option("--warmup", flags->warmup, "most time that a process's warm-up may take")
      ->capture_default_str();
  app.add_option("--quiet-time", flags->quiet_time,
                 "most time that idle sessions may take to become quiet before another's burst")
      ->capture_default_str();
  app.add_option("--processes", flags->processes, "pairs of fresh processes, so many and no more")
      ->check(CLI::Range(1, 1000))
      ->default_str("6, and more where the target takes them");
  app.add_flag("--no-check", flags->no_check, "do not compare outputs with the reference");
  app.add_flag("--fake-clock", flags->fake_clock)->group("");  // exact samples, for golden files
  add_store_flag(app, flags->store);
  add_output_flags(app, flags->output, listing_formats());
  app.callback([flags, &status] { status = compare(*flags); });
  app.footer(
      "The ratio is B's latency over A's. All run interleaved, burst by burst in random order, in "
      "pairs of fresh processes: 6 for a claim (7 or more for several), and more where they "
      "differ. "
      "Exit 0: told apart or the same; 3: cannot tell, or --ci-target not reached; 4: B is slower "
      "by more than the threshold.");
}

}  // namespace assay
