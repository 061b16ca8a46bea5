// SPDX-License-Identifier: MIT
#include "report/resources.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string>

namespace assay {
namespace {

using PhaseBytes = int64_t ProcessSamples::*;

// 0 is "not seen" in the record.
std::optional<int64_t> highest(const Measurement& measured, PhaseBytes phase) {
  int64_t most = 0;
  for (const ProcessSamples& process : measured.processes) most = std::max(most, process.*phase);
  return most > 0 ? std::optional(most) : std::nullopt;
}

std::optional<int64_t> added_by_running(const Measurement& measured) {
  const PhaseBytes peak = measured.configuration.fresh_inputs
                              ? &ProcessSamples::first_run_peak_rss_bytes
                              : &ProcessSamples::steady_peak_rss_bytes;
  std::optional<int64_t> most;
  for (const ProcessSamples& process : measured.processes)
    if (process.load_rss_bytes > 0 && process.*peak > 0)
      most = std::max(most.value_or(0), process.*peak - process.load_rss_bytes);
  return most;
}

// Over which a sensor's counts are summed up: NVML's moves every 20 to 100 ms and sees a quarter of
// the time (arXiv 2312.02741), RAPL's every millisecond.
constexpr double kNvmlWindowSeconds = 5;

double window_seconds(const std::string& sensor) {
  return sensor.starts_with("nvml") ? kNvmlWindowSeconds : 0;
}

double total(std::span<const int64_t> values) {
  return static_cast<double>(std::accumulate(values.begin(), values.end(), int64_t{0}));
}

// Of each window of steady bursts that is long enough for the sensor; of all of them when together
// they are not.
std::vector<double> joules_per_call(const ProcessSamples& process, const Configuration& asked,
                                    double window) {
  std::vector<double> joules;
  if (process.burst_joules.size() != process.burst_sizes.size()) return joules;
  const std::span<const int64_t> latencies = process.latency_ns;
  const double seconds_per_ns = process.wall_seconds / total(latencies);
  const auto calls_per_query = static_cast<double>(images_per_query(asked) / asked.batch);
  double counted = 0, calls = 0, seconds = 0;
  size_t begin = 0;
  for (size_t i = 0; i < process.burst_sizes.size(); ++i) {
    const auto size = static_cast<size_t>(process.burst_sizes[i]);
    begin += size;
    if (size == 0 || static_cast<int64_t>(begin - size) < process.steady_begin) continue;
    counted += process.burst_joules[i];
    calls += static_cast<double>(size) * calls_per_query;
    seconds += seconds_per_ns * total(latencies.subspan(begin - size, size));
    if (seconds < window) continue;
    joules.push_back(counted / calls);
    counted = calls = seconds = 0;
  }
  if (joules.empty() && calls > 0) joules.push_back(counted / calls);
  return joules;
}

// What the model's file holds as fp32 moves as half of it at half precision.
double moved_bytes(const Measurement& measured) {
  const std::string& precision = measured.configuration.precision;
  const bool half = precision == "fp16" || precision == "bf16";
  return static_cast<double>(measured.cost->moved_bytes) / (half ? 2 : 1);
}

}  // namespace

MemoryPhases memory_phases(const Measurement& measured) {
  using P = ProcessSamples;
  MemoryPhases phases;
  phases.engine = highest(measured, &P::empty_rss_bytes);
  phases.load = highest(measured, &P::load_rss_bytes);
  phases.load_peak = highest(measured, &P::load_peak_rss_bytes);
  phases.first_run = highest(measured, &P::first_run_rss_bytes);
  phases.first_run_peak = highest(measured, &P::first_run_peak_rss_bytes);
  phases.steady = highest(measured, &P::steady_rss_bytes);
  phases.steady_peak = highest(measured, &P::steady_peak_rss_bytes);
  phases.activations = added_by_running(measured);
  if (measured.cost) phases.activations_predicted = measured.cost->peak_activation_bytes;
  return phases;
}

std::optional<QuantileSummary> energy_j_per_call(const Measurement& measured) {
  if (!measured.energy) return std::nullopt;
  std::vector<std::vector<double>> processes;
  for (const ProcessSamples& process : measured.processes)
    processes.push_back(
        joules_per_call(process, measured.configuration, window_seconds(measured.energy->sensor)));
  const auto summary = summarize(processes);
  if (!summary) return std::nullopt;
  return summary->median;
}

std::optional<RoofShare> roof_share(const Measurement& measured,
                                    std::optional<double> calls_per_s) {
  if (!measured.roof || !measured.cost || !calls_per_s) return std::nullopt;
  const PeakRates& roof = *measured.roof;
  if (roof.macs_per_s <= 0 || roof.bytes_per_s <= 0) return std::nullopt;
  return RoofShare{static_cast<double>(measured.cost->macs) * *calls_per_s / roof.macs_per_s,
                   moved_bytes(measured) * *calls_per_s / roof.bytes_per_s};
}

}  // namespace assay
