// SPDX-License-Identifier: MIT
#include "run/measurement_doubts.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "run/frequency_step.h"

namespace assay {
namespace {

constexpr double kWantedShare =
    0.95;  // of MACs at the precision asked, of nodes on the device asked
constexpr double kWholeAccount = 0.9;  // of the MACs; winograd and fusions leave small differences
constexpr double kThreadsMargin =
    0.1;  // CPU time over wall time may be so much above the threads asked
constexpr double kShortestExcess =
    1e-3;  // CPU seconds too many: below this the reading itself shows
constexpr double kThrottledShare = 0.01;  // of a core that a quota may take unseen
constexpr double kIdleShare = 1e-3;       // of a core, while another worker is measured
constexpr double kShortestIdle = 1e-4;    // CPU seconds: what it takes to fall asleep
constexpr double kWholeTime = 0.97;       // of all streams' time spent in calls
constexpr int64_t kSmallTensor = 16;      // smaller ones (scalars, shapes) may well hold one value

bool ran_at_another_precision(const Measurement& measurement) {
  const auto& executed = measurement.facts.precision_executed;
  if (executed.empty()) return false;
  const auto asked = executed.find(measurement.configuration.precision);
  return asked == executed.end() || asked->second < kWantedShare;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

double share_of_provider(const Facts& facts, const std::string& word) {
  double sum = 0;
  for (const auto& [provider, share] : facts.providers)
    if (upper(provider).find(upper(word)) != std::string::npos) sum += share;
  return sum;
}

// A provider is named by its engine; what all name alike is the CPU. One that was asked for by an
// option of this name has it in its own.
bool ran_elsewhere(const Measurement& measurement) {
  const Configuration& asked = measurement.configuration;
  const Facts& facts = measurement.facts;
  const auto provider = asked.options.find("provider");
  if (provider != asked.options.end() && !facts.providers.empty() &&
      share_of_provider(facts, provider->second) < kWantedShare)
    return true;
  return asked.device != "cpu" && share_of_provider(facts, "cpu") > 1 - kWantedShare;
}

bool used_more_threads(const Measurement& measurement) {
  const Facts& facts = measurement.facts;
  const int asked = measurement.configuration.threads * measurement.configuration.streams;
  if (facts.cpu_seconds && facts.wall_seconds &&
      *facts.cpu_seconds - *facts.wall_seconds * (asked + kThreadsMargin) > kShortestExcess)
    return true;
  return facts.threads && *facts.threads > asked;
}

// Its streams hardly had a free moment, or queries were given up.
bool was_overloaded(const Measurement& measurement) {
  const Configuration& asked = measurement.configuration;
  if (asked.scenario != Scenario::server) return false;
  return std::ranges::any_of(measurement.processes, [&](const ProcessSamples& process) {
    return process.unserved > 0 ||
           process.service_seconds > kWholeTime * asked.streams * process.wall_seconds;
  });
}

std::vector<int64_t> speeds_of(const Measurement& measurement) {
  std::vector<int64_t> all;
  for (const ProcessSamples& process : measurement.processes)
    all.insert(all.end(), process.cycles_per_s.begin(), process.cycles_per_s.end());
  return all;
}

// How many threads compute at once, and how much of the machine they may have.
void doubt_placement(const Configuration& asked, const Machine& machine,
                     const Surroundings& surroundings, std::vector<Doubt>& doubts) {
  const int threads = asked.threads * asked.streams;
  if (threads > machine.cores_usable || (machine.cpu_quota > 0 && machine.cpu_quota < threads) ||
      surroundings.throttled_cores > kThrottledShare)
    doubts.push_back(Doubt::cpu_limited);
  if (asked.device != "cpu") return;
  const Topology& topology = machine.topology;
  if (topology.cores > 0 && threads > topology.cores) doubts.push_back(Doubt::shared_cores);
  if (topology.nodes > 1 && threads > topology.largest_node_cores)
    doubts.push_back(Doubt::spread_over_nodes);
}

bool was_restless(const Measurement& measurement) {
  double used = 0;
  for (const ProcessSamples& process : measurement.processes) used += process.idle_cpu_seconds;
  return used > kShortestIdle && idle_cpu_share(measurement).value_or(0) > kIdleShare;
}

size_t sample_count(const Measurement& measurement) {
  size_t count = 0;
  for (const ProcessSamples& process : measurement.processes) count += process.latency_ns.size();
  return count;
}

bool holds_one_value(const Tensor& tensor) {
  const auto raw = tensor.raw();
  const size_t element = size_of(tensor.dtype);
  return raw.size() > element &&
         std::memcmp(raw.data(), raw.data() + element, raw.size() - element) == 0;
}

// Not a bias or a scale for each channel, which may be written as C x 1 x 1.
bool is_matrix(const Shape& shape) {
  return std::ranges::count_if(shape, [](int64_t size) { return size > 1; }) >= 2;
}

}  // namespace

void add_doubt(std::vector<Doubt>& doubts, Doubt doubt) {
  if (std::ranges::find(doubts, doubt) == doubts.end()) doubts.push_back(doubt);
}

std::optional<double> share_accounted_for(const Measurement& measurement) {
  if (!measurement.cost || measurement.cost->macs == 0) return std::nullopt;
  const Facts& facts = measurement.facts;
  if (facts.layers.empty()) return facts.precision_executed.empty() ? 0.0 : 1.0;
  double told = 0;
  for (const LayerFact& layer : facts.layers) told += static_cast<double>(layer.macs);
  return told / static_cast<double>(measurement.cost->macs);
}

bool is_unproven(const Measurement& measurement) {
  return !measurement.synthetic && share_accounted_for(measurement).value_or(1) < kWholeAccount;
}

std::vector<Doubt> doubts_of(const Measurement& measurement, const Machine& machine,
                             const Surroundings& surroundings, int min_samples) {
  std::vector<Doubt> doubts;
  if (sample_count(measurement) < static_cast<size_t>(min_samples))
    doubts.push_back(Doubt::too_few_samples);
  if (measurement.processes.size() == 1) doubts.push_back(Doubt::single_process);
  if (ran_at_another_precision(measurement)) doubts.push_back(Doubt::precision_mismatch);
  if (is_unproven(measurement)) doubts.push_back(Doubt::unproven_precision);
  if (ran_elsewhere(measurement)) doubts.push_back(Doubt::silent_fallback);
  if (used_more_threads(measurement)) doubts.push_back(Doubt::threads_mismatch);
  if (surroundings.other_cores > busy_threshold(machine.cores_online))
    doubts.push_back(Doubt::busy_machine);
  if (surroundings.stolen_cores > kStealThreshold) doubts.push_back(Doubt::stolen_time);
  doubt_placement(measurement.configuration, machine, surroundings, doubts);
  if (has_frequency_step(speeds_of(measurement))) doubts.push_back(Doubt::throttled);
  if (!machine.address_randomized) doubts.push_back(Doubt::fixed_addresses);
  if (was_overloaded(measurement)) doubts.push_back(Doubt::overloaded);
  if (was_restless(measurement)) doubts.push_back(Doubt::restless);
  if (surroundings.debug_build) doubts.push_back(Doubt::debug_build);
  return doubts;
}

bool has_constant_weights(const Graph& graph) {
  bool any = false;
  for (const Value& value : graph.values()) {
    if (!value.constant || value.constant->declared_only() || !is_floating(value.constant->dtype) ||
        !is_matrix(value.constant->shape) || value.constant->elements() < kSmallTensor)
      continue;
    if (!holds_one_value(*value.constant)) return false;
    any = true;
  }
  return any;
}

}  // namespace assay
