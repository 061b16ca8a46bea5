// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "proofs.h"
#include "stats/md1.h"
#include "stats/queue.h"
#include "stats/summary.h"

namespace assay::calibration {
namespace {

constexpr int64_t kServiceNs = 1'000'000;

double p99_ms(const std::vector<int64_t>& latency_ns) {
  std::vector<double> sorted;
  for (const int64_t ns : latency_ns) sorted.push_back(static_cast<double>(ns) * 1e-6);
  std::ranges::sort(sorted);
  return quantile(sorted, 0.99);
}

std::vector<int64_t> arrivals(double rate_per_s, size_t count) {
  return poisson_arrivals({.rate_per_s = rate_per_s,
                           .seconds = 1e9,
                           .most = count,
                           .key = stream_key(1501, "calibration")});
}

// Every hundred and fiftieth call takes 200 ms: too rare for a closed loop's p99.
int64_t stalled_service_ns(size_t call) {
  return call % 150 == 0 ? 200 * kServiceNs : kServiceNs;
}

}  // namespace

Table queues(double effort) {
  Table table{"The server scenario: Poisson arrivals, one server, 1 ms a call.",
              {"condition", "p99 found", "p99 to be found"},
              "within 2 % of the analytic M/D/1 queue with a million arrivals"};
  const auto count = static_cast<size_t>(std::max(1e5, 1e6 * effort));
  const double margin = effort >= 1 ? 0.02 : 0.06;
  for (const double load : {0.3, 0.5, 0.7}) {
    const QueueTimes times =
        simulate_queue(arrivals(load * 1000, count), 1, [](size_t) { return kServiceNs; });
    const double found = p99_ms(times.latency_ns), truth = md1_quantile(0.99, load);
    table.findings.push_back({{fmt::format("load {:.1f}", load), fmt::format("{:.3f} ms", found),
                               fmt::format("{:.3f} ms", truth)},
                              std::fabs(found / truth - 1) <= margin});
  }
  std::vector<int64_t> closed(count);
  for (size_t i = 0; i < count; ++i) closed[i] = stalled_service_ns(i);
  const QueueTimes open = simulate_queue(arrivals(300, count), 1, stalled_service_ns);
  const double of_closed = p99_ms(closed), of_open = p99_ms(open.latency_ns);
  table.findings.push_back(
      {{"stalls of 200 ms, 300 queries/s: a closed loop beside it",
        fmt::format("{:.1f} ms, wrong", of_closed), fmt::format("{:.1f} ms", of_open)},
       of_closed < 0.1 * of_open});
  return table;
}

}  // namespace assay::calibration
