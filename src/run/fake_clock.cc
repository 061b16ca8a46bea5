// SPDX-License-Identifier: MIT
#include "run/fake_clock.h"

#include <algorithm>
#include <cctype>

#include "stats/queue.h"

namespace assay {
namespace {

constexpr int64_t kMebibyte = 1 << 20;

// When the queries arrive: for a server as they would, in the other scenarios when a stream (or
// all of them) is free.
std::vector<int64_t> fake_arrivals(const Configuration& asked) {
  if (asked.scenario != Scenario::server) return std::vector<int64_t>(kFakeSamples, 0);
  return poisson_arrivals(
      {.rate_per_s = asked.rate_per_s, .seconds = 1e6, .most = kFakeSamples, .key = 1});
}

void make_samples_exact(ProcessSamples& process, int64_t number, const Configuration& asked) {
  process.warmup_ns.assign(10, 1'100'000);
  process.latency_ns.clear();
  int64_t total_ns = 0;
  const auto service_ns = [&](size_t i) {
    return 1'000'000 + 1'000 * ((7 * static_cast<int64_t>(i)) % 11 + number);
  };
  for (size_t i = 0; i < kFakeSamples; ++i) {
    process.latency_ns.push_back(service_ns(i));
    total_ns += service_ns(i) + asked.idle_gap_ns;
  }
  const bool shared = asked.scenario == Scenario::offline || asked.scenario == Scenario::server;
  if (shared) {
    QueueTimes times =
        simulate_queue(fake_arrivals(asked), static_cast<size_t>(asked.streams), service_ns);
    if (asked.scenario == Scenario::server) process.latency_ns = std::move(times.latency_ns);
    total_ns = times.wall_ns;
  }
  process.burst_sizes = {kFakeSamples};
  process.wall_seconds = static_cast<double>(total_ns) / 1e9;
  process.service_seconds = 0;
  process.cpu_seconds = process.wall_seconds * asked.threads;
}

// A process that ended early keeps what it did not reach at zero: not measured.
void make_exact(ProcessSamples& process) {
  if (process.load_seconds > 0) process.load_seconds = 0.125;
  if (process.first_run_ms > 0) process.first_run_ms = 2;
  if (process.empty_rss_bytes > 0) process.empty_rss_bytes = 16 * kMebibyte;
  if (process.load_rss_bytes > 0) process.load_rss_bytes = 48 * kMebibyte;
  if (process.peak_rss_bytes > 0) process.peak_rss_bytes = 64 * kMebibyte;
  if (process.load_peak_rss_bytes > 0) process.load_peak_rss_bytes = 56 * kMebibyte;
  for (int64_t* phase : {&process.first_run_rss_bytes, &process.first_run_peak_rss_bytes,
                         &process.steady_rss_bytes, &process.steady_peak_rss_bytes})
    if (*phase > 0) *phase = 64 * kMebibyte;
  for (int64_t& hz : process.cycles_per_s) hz = 3'000'000'000;
  if (process.idle_seconds > 0) process.idle_seconds = process.wall_seconds;
  process.idle_cpu_seconds = 0;
}

}  // namespace

void make_exact(Measurement& measurement) {
  std::string id = configuration_id(measurement.configuration);
  std::ranges::transform(id, id.begin(), [](unsigned char c) { return std::toupper(c); });
  measurement.id = std::string(10, '0') + id;
  measurement.started_at = kFakeDate;
  const int threads = measurement.configuration.threads;
  if (!measurement.phases.preprocess_ns.empty()) measurement.phases = {{3'000'000}, {20'000}};
  Facts& facts = measurement.facts;
  facts.notes.erase("environment_dropped");  // is of the shell that started it
  double wall_seconds = 0;
  int64_t number = 0;
  for (ProcessSamples& process : measurement.processes) {
    if (!process.latency_ns.empty())
      make_samples_exact(process, number++, measurement.configuration);
    make_exact(process);
    wall_seconds += process.wall_seconds;
  }
  if (!facts.wall_seconds) return;
  facts.threads = threads;
  facts.wall_seconds = wall_seconds;
  facts.cpu_seconds = wall_seconds * threads;
}

Machine fake_machine() {
  Machine machine;
  machine.host = "fake";
  machine.cpu = "Fake CPU";
  machine.kernel = "6.0.0";
  machine.cores_online = machine.cores_usable = 4;
  machine.memory_bytes = machine.memory_available_bytes = int64_t{16} << 30;
  machine.address_randomized = true;
  machine.topology.cores = machine.topology.largest_node_cores = 4;
  machine.fingerprint = "0123456789abcdef";
  return machine;
}

}  // namespace assay
