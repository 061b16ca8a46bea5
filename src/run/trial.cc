// SPDX-License-Identifier: MIT
#include "run/trial.h"

#include <algorithm>

#include "base/cycle_clock.h"
#include "base/random.h"
#include "run/schedule.h"
#include "stats/quantile.h"
#include "stats/queue.h"

namespace assay {
namespace {

constexpr double kWarmupBlocks = 10;  // of the warm-up's cap
constexpr double kRoundingSeconds = 1e-6;
constexpr double kPatience = 2;  // a schedule's end, in its length, when queries pile up
constexpr double kLeastPatienceSeconds = 1;

// How the sessions are warmed up: for a server, each as busy as it can be.
Scenario closed_loop(const Configuration& asked) {
  return asked.scenario == Scenario::server ? Scenario::offline : asked.scenario;
}

}  // namespace

Step Trial::prepare(const std::vector<TensorFile>& inputs, int64_t memory_cap_bytes) {
  auto started = LiveProgram::start(x_job, x_options, memory_cap_bytes);
  if (const Step failure = failure_of(started)) return failure;
  x_program = std::move(std::get<std::unique_ptr<LiveProgram>>(started));
  int64_t unused = 0;
  if (const Step failure = take_memory(unused, unused)) return failure;
  const auto loaded = x_program->load();
  if (const Step failure = failure_of(loaded)) return failure;
  const LoadReply& load = std::get<LoadReply>(loaded);
  x_samples.load_seconds = static_cast<double>(load.load_ns) / 1e9;
  x_samples.empty_rss_bytes = load.rss_before;
  x_samples.load_rss_bytes = load.rss_after;
  if (const Step failure = take_memory(unused, x_samples.load_peak_rss_bytes)) return failure;
  if (const Step failure = x_program->bind(inputs)) return failure;
  const auto first = x_program->run_once(x_options.deadlines.first_run);
  if (const Step failure = failure_of(first)) return failure;
  const RunReply& run = std::get<RunReply>(first);
  x_samples.first_run_ms = static_cast<double>(run.samples_ns.front()) / 1e6;
  return take_memory(x_samples.first_run_rss_bytes, x_samples.first_run_peak_rss_bytes);
}

Step Trial::take_memory(int64_t& rss_bytes, int64_t& peak_rss_bytes) {
  const auto memory = x_program->end_memory_phase();
  if (const Step failure = failure_of(memory)) return failure;
  const MemoryReply& reply = std::get<MemoryReply>(memory);
  rss_bytes = reply.rss;
  peak_rss_bytes = reply.peak_rss;
  x_samples.peak_rss_bytes = std::max(x_samples.peak_rss_bytes, reply.peak_rss);
  return std::nullopt;
}

// A worker in another language may not count; the host's own core is the next best.
void Trial::keep_speed(const RunReply& run) {
  x_samples.cycles_per_s.push_back(run.cycles_per_s > 0 ? run.cycles_per_s : cycles_per_second());
}

Step Trial::warm_up() {
  std::vector<double> medians;
  double spent_seconds = 0;
  RunReply last;
  while (spent_seconds < x_options.warmup_seconds && !is_flat(medians) && !interrupted()) {
    const double block = x_options.warmup_seconds / kWarmupBlocks;
    const auto ran = x_program->run({closed_loop(x_job.configuration), kMaxBurst, block, {}});
    if (const Step failure = failure_of(ran)) return failure;
    const RunReply& run = last = std::get<RunReply>(ran);
    if (run.samples_ns.empty()) break;  // interrupted
    medians.push_back(median(run.samples_ns));
    x_samples.warmup_ns.insert(x_samples.warmup_ns.end(), run.samples_ns.begin(),
                               run.samples_ns.end());
    spent_seconds += static_cast<double>(run.wall_ns) / 1e9;
    if (std::ssize(x_samples.warmup_ns) >= x_options.max_samples) break;
  }
  if (!x_samples.warmup_ns.empty()) keep_speed(last);
  return std::nullopt;
}

LiveProgram::Burst Trial::next_burst(double seconds) const {
  const Configuration& asked = x_job.configuration;
  const auto taken = std::ssize(x_samples.latency_ns);
  const double rest = std::max(kRoundingSeconds, x_budget_seconds - x_samples.wall_seconds);
  LiveProgram::Burst burst{asked.scenario, 0, std::min(seconds, rest), {}};
  burst.count = std::clamp<int64_t>(x_options.max_samples - taken, 1, kMaxBurst);
  if (asked.scenario == Scenario::offline || asked.scenario == Scenario::server)
    burst.seconds = rest;
  if (asked.scenario == Scenario::server)
    burst.starts_ns = poisson_arrivals(
        {.rate_per_s = asked.rate_per_s,
         .seconds = rest,
         .most = static_cast<size_t>(burst.count),
         .key = stream_key(x_options.arrival_seed,
                           fmt::format("arrivals {} {}", x_process, x_samples.latency_ns.size()))});
  return burst;
}

Step Trial::burst(double seconds) {
  LiveProgram::Burst burst = next_burst(seconds);
  double planned_seconds = 0;
  if (!burst.starts_ns.empty()) {
    const bool cut = std::ssize(burst.starts_ns) == burst.count;
    planned_seconds = cut ? static_cast<double>(burst.starts_ns.back()) / 1e9 : burst.seconds;
    // Queries that wait may still have their turn, but not for ever.
    burst.seconds = kPatience * burst.seconds + kLeastPatienceSeconds;
  }
  const auto ran = x_program->run(burst);
  if (const Step failure = failure_of(ran)) return failure;
  keep(std::get<RunReply>(ran), interrupted() ? 0 : planned_seconds);
  return std::nullopt;
}

void Trial::keep(const RunReply& run, double planned_seconds) {
  x_samples.latency_ns.insert(x_samples.latency_ns.end(), run.samples_ns.begin(),
                              run.samples_ns.end());
  x_samples.burst_sizes.push_back(std::ssize(run.samples_ns));
  if (x_options.ci_target > 0)
    for (const int64_t ns : run.samples_ns) x_target.add(static_cast<double>(ns));
  x_samples.cpu_seconds += static_cast<double>(run.cpu_ns) / 1e9;
  // No query arrived between the last one and the planned end, and that belongs to the rate.
  x_samples.wall_seconds += std::max(static_cast<double>(run.wall_ns) / 1e9, planned_seconds);
  x_samples.service_seconds += static_cast<double>(run.service_ns) / 1e9;
  if (!interrupted()) x_samples.unserved += run.unserved;
  x_samples.peak_rss_bytes = std::max(x_samples.peak_rss_bytes, run.peak_rss);
  keep_speed(run);
}

bool Trial::done() {
  if (x_options.ci_target > 0 && x_target.done()) return true;
  return interrupted() || x_samples.wall_seconds >= x_budget_seconds - kRoundingSeconds ||
         std::ssize(x_samples.latency_ns) >= x_options.max_samples;
}

Step Trial::finish() {
  return take_memory(x_samples.steady_rss_bytes, x_samples.steady_peak_rss_bytes);
}

}  // namespace assay
