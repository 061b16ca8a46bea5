// SPDX-License-Identifier: MIT
#include "run/trial.h"

#include <algorithm>

#include "run/schedule.h"

namespace assay {
namespace {

constexpr double kWarmupBlocks = 10;  // of the warm-up's cap

}  // namespace

Step Trial::prepare(const std::vector<TensorFile>& inputs, int64_t memory_cap_bytes) {
  auto started = LiveProgram::start(x_job, x_options, memory_cap_bytes);
  if (const Step failure = failure_of(started)) return failure;
  x_program = std::move(std::get<std::unique_ptr<LiveProgram>>(started));
  const auto loaded = x_program->load();
  if (const Step failure = failure_of(loaded)) return failure;
  const LoadReply& load = std::get<LoadReply>(loaded);
  x_samples.load_seconds = static_cast<double>(load.load_ns) / 1e9;
  x_samples.empty_rss_bytes = load.rss_before;
  x_samples.load_rss_bytes = load.rss_after;
  if (const Step failure = x_program->bind(inputs)) return failure;
  const auto first = x_program->run(1, 0, x_options.deadlines.first_run);
  if (const Step failure = failure_of(first)) return failure;
  const RunReply& run = std::get<RunReply>(first);
  x_samples.first_run_ms = static_cast<double>(run.samples_ns.front()) / 1e6;
  x_samples.peak_rss_bytes = run.peak_rss;
  return std::nullopt;
}

Step Trial::warm_up() {
  std::vector<double> medians;
  double spent_seconds = 0;
  while (spent_seconds < x_options.warmup_seconds && !is_flat(medians) && !interrupted()) {
    const double block = x_options.warmup_seconds / kWarmupBlocks;
    const auto ran = x_program->run(kMaxBurst, block, block + x_options.deadlines.run);
    if (const Step failure = failure_of(ran)) return failure;
    const RunReply& run = std::get<RunReply>(ran);
    medians.push_back(median_of(run.samples_ns));
    x_samples.warmup_ns.insert(x_samples.warmup_ns.end(), run.samples_ns.begin(),
                               run.samples_ns.end());
    spent_seconds += static_cast<double>(run.wall_ns) / 1e9;
    if (std::ssize(x_samples.warmup_ns) >= x_options.max_samples) break;
  }
  return std::nullopt;
}

Step Trial::burst(double seconds) {
  const auto taken = std::ssize(x_samples.latency_ns);
  const int64_t count = std::clamp<int64_t>(x_options.max_samples - taken, 1, kMaxBurst);
  const double rest = std::max(1e-6, std::min(seconds, x_budget_seconds - x_samples.wall_seconds));
  const auto ran = x_program->run(count, rest, rest + x_options.deadlines.run);
  if (const Step failure = failure_of(ran)) return failure;
  const RunReply& run = std::get<RunReply>(ran);
  x_samples.latency_ns.insert(x_samples.latency_ns.end(), run.samples_ns.begin(),
                              run.samples_ns.end());
  x_samples.cpu_seconds += static_cast<double>(run.cpu_ns) / 1e9;
  x_samples.wall_seconds += static_cast<double>(run.wall_ns) / 1e9;
  x_samples.peak_rss_bytes = std::max(x_samples.peak_rss_bytes, run.peak_rss);
  return std::nullopt;
}

bool Trial::done() const {
  return interrupted() || x_samples.wall_seconds >= x_budget_seconds ||
         std::ssize(x_samples.latency_ns) >= x_options.max_samples;
}

Step Trial::finish() {
  const auto memory = x_program->memory();
  if (const Step failure = failure_of(memory)) return failure;
  x_samples.peak_rss_bytes =
      std::max(x_samples.peak_rss_bytes, std::get<MemoryReply>(memory).peak_rss);
  return std::nullopt;
}

}  // namespace assay
