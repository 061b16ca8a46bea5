// SPDX-License-Identifier: MIT
#include "record/measurement.h"

#include <algorithm>

namespace assay {

std::optional<double> idle_cpu_share(const Measurement& measurement) {
  double used = 0, idle = 0;
  for (const ProcessSamples& process : measurement.processes) {
    used += process.idle_cpu_seconds;
    idle += process.idle_seconds;
  }
  if (idle <= 0) return std::nullopt;
  return used / idle;
}

std::vector<std::vector<double>> steady_latencies_ms(const Measurement& measurement) {
  std::vector<std::vector<double>> series;
  for (const ProcessSamples& process : measurement.processes) {
    std::vector<double>& ms = series.emplace_back();
    const auto begin = std::clamp<int64_t>(process.steady_begin, 0, std::ssize(process.latency_ns));
    for (auto i = static_cast<size_t>(begin); i < process.latency_ns.size(); ++i)
      ms.push_back(static_cast<double>(process.latency_ns[i]) / 1e6);
  }
  return series;
}

}  // namespace assay
