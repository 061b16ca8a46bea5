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

std::optional<double> median(const std::vector<double>& sorted) {
  if (sorted.empty()) return std::nullopt;
  return quantile(sorted, 0.5);
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
  load_seconds = median(measured_values<double>(measured, [](P p) { return p.load_seconds; }));
  first_run_ms = median(measured_values<double>(measured, [](P p) { return p.first_run_ms; }));
  peak_rss_bytes =
      largest(measured_values<int64_t>(measured, [](P p) { return p.peak_rss_bytes; }));
  model_rss_bytes = largest(measured_values<int64_t>(measured, [](P p) {
    return p.empty_rss_bytes > 0 ? p.load_rss_bytes - p.empty_rss_bytes : int64_t{0};
  }));
  if (latency_ms) {
    warmup_runs = 0;
    for (P process : measured.processes) {
      *warmup_runs += static_cast<int64_t>(process.warmup_ns.size());
    }
  }
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
