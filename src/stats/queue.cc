// SPDX-License-Identifier: MIT
#include "stats/queue.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

#include "base/error.h"
#include "base/random.h"

namespace assay {

std::vector<int64_t> poisson_arrivals(const ArrivalPlan& plan) {
  ASSAY_CHECK(plan.rate_per_s > 0 && plan.most > 0);
  const double mean_ns = 1e9 / plan.rate_per_s;
  std::vector<int64_t> arrivals;
  double time_ns = 0;
  do {
    arrivals.push_back(std::llround(time_ns));
    const uint64_t bits = random_u64(plan.key, arrivals.size()) >> 11;
    time_ns -= mean_ns * std::log((static_cast<double>(bits) + 0.5) * 0x1p-53);
  } while (time_ns <= plan.seconds * 1e9 && arrivals.size() < plan.most);
  return arrivals;
}

QueueTimes simulate_queue(std::span<const int64_t> arrivals_ns, size_t servers,
                          const std::function<int64_t(size_t)>& service_ns) {
  ASSAY_CHECK(servers > 0);
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> free_at;
  for (size_t i = 0; i < servers; ++i) free_at.push(0);
  QueueTimes times;
  times.latency_ns.reserve(arrivals_ns.size());
  for (size_t i = 0; i < arrivals_ns.size(); ++i) {
    const int64_t end_ns = std::max(arrivals_ns[i], free_at.top()) + service_ns(i);
    free_at.pop();
    free_at.push(end_ns);
    times.latency_ns.push_back(end_ns - arrivals_ns[i]);
    times.wall_ns = std::max(times.wall_ns, end_ns);
  }
  return times;
}

}  // namespace assay
