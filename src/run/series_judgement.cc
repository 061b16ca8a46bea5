// SPDX-License-Identifier: MIT
#include "run/series_judgement.h"

#include <algorithm>
#include <span>

#include "run/measurement_doubts.h"

namespace assay {
namespace {

constexpr size_t kFewestSamples = 12;  // below, a series shows nothing
constexpr double kWidestUseful = 0.1;  // half the median's interval, as a share of the median

bool has(const Measurement& measurement, Doubt doubt) {
  return std::ranges::count(measurement.doubts, doubt) > 0;
}

// Whether each process alone knows its median so well that more samples of each would not help.
bool are_too_few_processes(std::span<const std::vector<double>> processes, double reached) {
  if (processes.size() < 2) return false;
  for (const std::vector<double>& process : processes) {
    const auto summary = summarize(std::span(&process, 1));
    const auto own = summary ? relative_half_width(summary->median) : std::nullopt;
    if (!own || *own > reached / 2) return false;
  }
  return true;
}

}  // namespace

std::optional<Doubt> doubt_of(SteadyVerdict verdict) {
  if (verdict == SteadyVerdict::slowdown) return Doubt::slowed_down;
  if (verdict == SteadyVerdict::drifting) return Doubt::drifting;
  if (verdict > SteadyVerdict::slowdown) return Doubt::no_steady_state;
  return std::nullopt;
}

std::optional<SteadyVerdict> find_steady_part(ProcessSamples& process, Scenario scenario) {
  if (scenario == Scenario::server || process.latency_ns.size() < kFewestSamples)
    return std::nullopt;
  const std::vector<double> series(process.latency_ns.begin(), process.latency_ns.end());
  const SteadyState state = steady_state(series);
  process.steady_begin = static_cast<int64_t>(state.begin.value_or(0));
  return state.verdict;
}

void judge_steadiness(Measurement& measurement) {
  std::optional<SteadyVerdict> worst;
  for (ProcessSamples& process : measurement.processes) {
    const auto verdict = find_steady_part(process, measurement.configuration.scenario);
    if (!verdict) continue;
    worst = worst ? std::max(*worst, *verdict) : *verdict;
    if (const auto doubt = doubt_of(*verdict)) add_doubt(measurement.doubts, *doubt);
  }
  if (worst) measurement.steady_state = name_of(*worst);
}

std::optional<Doubt> doubt_of_width(const QuantileSummary& median) {
  if (!median.ci95) return Doubt::too_few_samples;
  const auto half_width = relative_half_width(median);
  if (!half_width || *half_width > kWidestUseful) return Doubt::noisy;
  return std::nullopt;
}

void judge_noise(Measurement& measurement) {
  const auto summary = summarize(steady_latencies_ms(measurement));
  const auto doubt = doubt_of_width(summary ? summary->median : QuantileSummary());
  if (doubt) add_doubt(measurement.doubts, *doubt);
}

void judge_target(Measurement& measurement, double asked) {
  const std::vector<std::vector<double>> processes = steady_latencies_ms(measurement);
  const auto summary = summarize(processes);
  CiTarget& target = measurement.ci_target.emplace();
  target.asked = asked;
  if (summary) target.reached = relative_half_width(summary->median);
  if (target.reached && *target.reached <= asked) return;
  if (has(measurement, Doubt::drifting) || has(measurement, Doubt::no_steady_state))
    target.reason = "drift";
  else if (!target.reached)
    target.reason = "too_few_samples";
  else if (are_too_few_processes(processes, *target.reached))
    target.reason = "processes";
  else
    target.reason = "noise";
  add_doubt(measurement.doubts, Doubt::target_not_reached);
}

}  // namespace assay
