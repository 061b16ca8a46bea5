// SPDX-License-Identifier: MIT
#include "report/row.h"

#include <algorithm>

#include "report/engine_names.h"

namespace assay {
namespace {

std::optional<double> throughput(const Measurement& measured) {
  double images = 0, seconds = 0;
  for (const ProcessSamples& process : measured.processes) {
    images +=
        static_cast<double>(process.latency_ns.size()) * images_per_query(measured.configuration);
    seconds += process.wall_seconds;
  }
  if (images <= 0 || seconds <= 0) return std::nullopt;
  return images / seconds;
}

// The processes' values that were measured: the record holds 0 where a process ended before.
template <typename T, typename Field>
std::vector<T> measured_values(const Measurement& measured, Field field) {
  std::vector<T> values;
  for (const ProcessSamples& process : measured.processes) {
    const T value = field(process);
    if (value > 0) values.push_back(value);
  }
  std::ranges::sort(values);
  return values;
}

std::optional<double> median_if_any(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return median(values);
}

// One call after the other takes the median; several at once are as many as there were.
std::optional<double> calls_per_second(const Row& row) {
  const Configuration& asked = row.asked();
  if (asked.scenario == Scenario::server || !row.latency_ms) return std::nullopt;
  if (asked.scenario != Scenario::single_stream)
    return row.throughput_per_s ? std::optional(*row.throughput_per_s / asked.batch) : std::nullopt;
  if (row.latency_ms->median.value <= 0) return std::nullopt;
  return 1e3 / row.latency_ms->median.value;
}

std::optional<double> median_ms(const std::vector<int64_t>& times_ns) {
  std::vector<double> ms;
  for (const int64_t ns : times_ns) ms.push_back(static_cast<double>(ns) / 1e6);
  return median_if_any(ms);
}

double mean_ms(const std::vector<int64_t>& times_ns) {
  double sum = 0;
  for (const int64_t ns : times_ns) sum += static_cast<double>(ns) / 1e6;
  return sum / static_cast<double>(times_ns.size());
}

std::optional<int64_t> largest(const std::vector<int64_t>& sorted) {
  if (sorted.empty()) return std::nullopt;
  return sorted.back();
}

}  // namespace

Row::Row(const Measurement& measured)
    : measurement(&measured),
      engine(measured.configuration.engine),
      latency_ms(summarize(steady_latencies_ms(measured))),
      throughput_per_s(throughput(measured)) {
  using P = const ProcessSamples&;
  load_seconds =
      median_if_any(measured_values<double>(measured, [](P p) { return p.load_seconds; }));
  first_run_ms =
      median_if_any(measured_values<double>(measured, [](P p) { return p.first_run_ms; }));
  peak_rss_bytes =
      largest(measured_values<int64_t>(measured, [](P p) { return p.peak_rss_bytes; }));
  model_rss_bytes = largest(measured_values<int64_t>(measured, [](P p) {
    return p.empty_rss_bytes > 0 ? p.load_rss_bytes - p.empty_rss_bytes : int64_t{0};
  }));
  energy_j = energy_j_per_call(measured);
  roof_share = assay::roof_share(measured, calls_per_second(*this));
  add_phases();
  if (latency_ms) {
    warmup_runs = 0;
    for (P process : measured.processes) {
      *warmup_runs += static_cast<int64_t>(process.warmup_ns.size());
    }
  }
}

void Row::add_phases() {
  if (!latency_ms || latency_ms->mean <= 0) return;
  const auto images = static_cast<double>(images_per_query(measurement->configuration));
  fps_inference = images * 1e3 / latency_ms->mean;
  const Phases& phases = measurement->phases;
  preprocess_ms = median_ms(phases.preprocess_ns);
  postprocess_ms = median_ms(phases.postprocess_ns);
  if (!preprocess_ms || !postprocess_ms || !load_seconds) return;
  total_ms = *load_seconds * 1e3 + *preprocess_ms + latency_ms->median.value + *postprocess_ms;
  const auto samples = static_cast<double>(latency_ms->samples);
  double seconds = samples * (mean_ms(phases.preprocess_ns) + latency_ms->mean) / 1e3;
  for (const ProcessSamples& process : measurement->processes) seconds += process.load_seconds;
  fps_all = samples * images / seconds;
}

std::optional<double> Row::relative_half_width() const {
  if (!latency_ms) return std::nullopt;
  return assay::relative_half_width(latency_ms->median);
}

std::vector<Row> rows_of(const Report& report) {
  std::vector<Configuration> asked;
  for (const Measurement& measured : report.measurements) asked.push_back(measured.configuration);
  const EngineNames names(asked);
  std::vector<Row> rows;
  for (const Measurement& measured : report.measurements) {
    Row& row = rows.emplace_back(measured);
    row.engine = names.of(measured.configuration);
    const auto context = std::ranges::find(report.contexts, measured.context_id, &Context::id);
    if (context != report.contexts.end()) {
      row.context = static_cast<size_t>(context - report.contexts.begin());
    }
  }
  return rows;
}

}  // namespace assay
