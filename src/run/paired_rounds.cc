// SPDX-License-Identifier: MIT
#include "run/paired_rounds.h"

#include <algorithm>
#include <optional>
#include <span>

#include "stats/quantile.h"

namespace assay {
namespace {

// Median of the steady part of each burst in order; nothing for those that have none.
std::vector<std::optional<double>> burst_medians(const ProcessSamples& process) {
  std::vector<std::optional<double>> medians;
  int64_t end = 0;
  for (const int64_t size : process.burst_sizes) {
    const int64_t begin = std::max(end, process.steady_begin);
    end += size;
    auto& of_burst = medians.emplace_back();
    if (begin < end)
      of_burst = median(std::span(process.latency_ns)
                            .subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
  }
  return medians;
}

}  // namespace

std::vector<PairedRounds> paired_rounds(std::span<const ProcessSamples> a,
                                        std::span<const ProcessSamples> b) {
  std::vector<PairedRounds> pairs;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto of_a = burst_medians(a[i]), of_b = burst_medians(b[i]);
    PairedRounds& pair = pairs.emplace_back();
    for (size_t round = 0; round < std::min(of_a.size(), of_b.size()); ++round) {
      if (of_a[round].value_or(0) <= 0 || of_b[round].value_or(0) <= 0) continue;
      pair.a.push_back(*of_a[round]);
      pair.b.push_back(*of_b[round]);
    }
  }
  return pairs;
}

std::vector<PairedRounds> paired_rounds(const Measurement& a, const Measurement& b) {
  return paired_rounds(a.processes, b.processes);
}

}  // namespace assay
