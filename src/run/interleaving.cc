// SPDX-License-Identifier: MIT
#include "run/interleaving.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/shuffled.h"
#include "run/fake_clock.h"
#include "run/schedule.h"

namespace assay {
namespace {

// A worker that did not become quiet so often will not, and only costs time.
constexpr int kPatientWaits = 2;
constexpr double kImpatientSeconds = 0.05;
constexpr double kIdleSeconds = 0.5;  // for which idle power is watched

#ifdef NDEBUG
constexpr bool kDebugBuild = false;
#else
constexpr bool kDebugBuild = true;
#endif

// With the fake clock nothing is timed, so nothing need take long.
RunOptions effective(RunOptions options) {
  if (options.processes < 1) throw Error("{} processes: at least 1 is needed", options.processes);
  if (!options.fake_clock) return options;
  options.warmup_seconds = 0;
  options.max_samples = 1;
  options.min_samples = 1;
  return options;
}

double seconds_since(int64_t start_ns) {
  return static_cast<double>(monotonic_ns() - start_ns) / 1e9;
}

}  // namespace

Interleaving::Interleaving(std::span<const Job> jobs, const RunOptions& options)
    : x_options(effective(options)), x_watch(x_options.machine_root) {
  for (const Job& job : jobs) x_cases.push_back(std::make_unique<Case>(job, x_options));
  for (const auto& item : x_cases) item->consider(memory_cap(x_options, 1));
}

std::vector<WorkerProcess*> Interleaving::live_workers(const Case* except) const {
  std::vector<WorkerProcess*> workers;
  for (const auto& item : x_cases)
    if (WorkerProcess* worker = item->worker(); worker && item.get() != except)
      workers.push_back(worker);
  return workers;
}

void Interleaving::wait_for_quiet(const Case& next) {
  const bool patient = x_restless_waits < kPatientWaits;
  const double cap =
      patient ? x_options.quiet_seconds : std::min(kImpatientSeconds, x_options.quiet_seconds);
  if (!wait_until_quiet(live_workers(&next), cap)) ++x_restless_waits;
}

void Interleaving::burst(Case& item, double seconds) {
  struct Idle {
    Case* item;
    int64_t cpu_ns;
  };
  std::vector<Idle> idle;
  for (const auto& other : x_cases)
    if (other.get() != &item && other->worker())
      if (const auto used = other->worker()->cpu_ns()) idle.push_back({other.get(), *used});
  const int64_t start_ns = monotonic_ns();
  item.burst(seconds);
  const double took = seconds_since(start_ns);
  for (const Idle& other : idle)
    if (const auto used = other.item->worker()->cpu_ns())
      other.item->note_idle(static_cast<double>(*used - other.cpu_ns) / 1e9, took);
}

int64_t Interleaving::sample(const StepPlan& plan) {
  x_watch.start(live_workers());
  int64_t rounds = 0;
  for (bool more = true; more; ++rounds) {
    more = false;
    for (const size_t turn :
         shuffled(x_cases.size(), x_options.seed + x_steps, static_cast<uint64_t>(rounds))) {
      Case& item = *x_cases[turn];
      if (!item.wants_more()) continue;
      if (plan.paired && !has_pair(*this) && item.sampled()) continue;
      wait_for_quiet(item);
      burst(item, plan.burst_seconds);
      x_watch.look(live_workers());
      more = more || item.wants_more();
    }
  }
  x_watch.stop(live_workers());
  return rounds;
}

// Once for all, who may well read the same sensor.
void Interleaving::watch_idle() {
  wait_until_quiet(live_workers(), x_options.quiet_seconds);
  const int64_t start_ns = monotonic_ns();
  bool any = false;
  for (const auto& item : x_cases) any = item->begin_idle() || any;
  if (!any) return;
  std::this_thread::sleep_for(std::chrono::duration<double>(kIdleSeconds));
  for (const auto& item : x_cases) item->end_idle(seconds_since(start_ns));
}

StepCost Interleaving::run_process(const StepPlan& plan) {
  StepCost cost;
  int64_t start_ns = monotonic_ns();
  x_restless_waits = 0;
  const int64_t cap = memory_cap(x_options, x_cases.size());
  for (const auto& item : x_cases) item->start(cap, plan.seconds);
  for (const auto& item : x_cases) {
    wait_for_quiet(*item);
    item->warm_up();
  }
  if (x_steps == 0) watch_idle();
  cost.fixed_seconds = seconds_since(start_ns);
  start_ns = monotonic_ns();
  cost.rounds = sample(plan);
  cost.rounds_seconds = seconds_since(start_ns);
  start_ns = monotonic_ns();
  for (const auto& item : x_cases) item->finish();
  cost.fixed_seconds += seconds_since(start_ns);
  ++x_steps;
  return cost;
}

std::vector<Measurement> Interleaving::take() {
  const Machine machine =
      x_options.fake_clock ? fake_machine() : probe_machine(x_options.machine_root);
  const Surroundings seen{x_watch.other_cores(), x_watch.stolen_cores(), x_watch.throttled_cores(),
                          kDebugBuild};
  const Surroundings surroundings = x_options.fake_clock ? Surroundings{} : seen;
  std::vector<Measurement> measurements;
  for (const auto& item : x_cases) measurements.push_back(item->take(machine, surroundings));
  return measurements;
}

}  // namespace assay
