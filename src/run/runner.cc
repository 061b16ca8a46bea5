// SPDX-License-Identifier: MIT
#include "run/runner.h"

#include <memory>

#include "base/error.h"
#include "base/shuffled.h"
#include "run/case.h"
#include "run/fake_clock.h"
#include "run/load_watch.h"
#include "run/schedule.h"

namespace assay {
namespace {

constexpr double kQuietSeconds = 0.1;  // how long idle workers may take to become quiet
constexpr double kIdleSeconds = 0.5;   // for which idle power is watched

#ifdef NDEBUG
constexpr bool kDebugBuild = false;
#else
constexpr bool kDebugBuild = true;
#endif

using Cases = std::vector<std::unique_ptr<Case>>;

std::vector<WorkerProcess*> live_workers(const Cases& cases, const Case* except = nullptr) {
  std::vector<WorkerProcess*> workers;
  for (const auto& item : cases)
    if (WorkerProcess* worker = item->worker(); worker && item.get() != except)
      workers.push_back(worker);
  return workers;
}

// Rounds of one burst each, in a new random order each round, until nobody wants more.
void sample(const Cases& cases, const RunOptions& options, int process, LoadWatch& watch) {
  const double burst = burst_seconds(options.max_seconds / options.processes);
  watch.start(live_workers(cases));
  bool more = true;
  for (uint64_t round = 0; more; ++round) {
    more = false;
    for (const size_t turn :
         shuffled(cases.size(), options.seed + static_cast<uint64_t>(process), round)) {
      Case& item = *cases[turn];
      if (!item.wants_more()) continue;
      wait_until_quiet(live_workers(cases, &item), kQuietSeconds);
      item.burst(burst);
      watch.look(live_workers(cases));
      more = more || item.wants_more();
    }
  }
  watch.stop(live_workers(cases));
}

void run_process(const Cases& cases, const RunOptions& options, int process, LoadWatch& watch) {
  const int64_t cap = memory_cap(options, cases.size());
  for (const auto& item : cases) item->start(cap);
  for (const auto& item : cases) {
    wait_until_quiet(live_workers(cases, item.get()), kQuietSeconds);
    item->warm_up();
  }
  if (process == 0) {
    wait_until_quiet(live_workers(cases), kQuietSeconds);
    for (const auto& item : cases) item->watch_idle(kIdleSeconds);
  }
  sample(cases, options, process, watch);
  for (const auto& item : cases) item->finish();
}

// With the fake clock nothing is timed, so nothing need take long.
RunOptions effective(RunOptions options) {
  if (options.processes < 1) throw Error("{} processes: at least 1 is needed", options.processes);
  if (!options.fake_clock) return options;
  options.warmup_seconds = 0;
  options.max_samples = 1;
  options.min_samples = 1;
  return options;
}

}  // namespace

std::vector<Measurement> measure_interleaved(std::span<const Job> jobs, const RunOptions& asked) {
  if (jobs.empty()) return {};
  const RunOptions options = effective(asked);
  Cases cases;
  for (const Job& job : jobs) cases.push_back(std::make_unique<Case>(job, options));
  for (const auto& item : cases) item->consider(memory_cap(options, 1));
  LoadWatch watch(options.machine_root);
  for (int process = 0; process < options.processes; ++process) {
    if (process > 0 && options.stop && *options.stop) break;
    run_process(cases, options, process, watch);
  }
  const Machine machine = options.fake_clock ? fake_machine() : probe_machine(options.machine_root);
  const Surroundings seen{watch.other_cores(), watch.stolen_cores(), watch.throttled_cores(),
                          kDebugBuild};
  std::vector<Measurement> measurements;
  for (const auto& item : cases)
    measurements.push_back(item->take(machine, options.fake_clock ? Surroundings{} : seen));
  return measurements;
}

Measurement measure(const Job& job, const RunOptions& options) {
  return std::move(measure_interleaved(std::span(&job, 1), options).front());
}

bool was_interrupted(const Measurement& measurement) {
  return measurement.outcome == Outcome::run_failed && measurement.reason == kInterrupted;
}

}  // namespace assay
