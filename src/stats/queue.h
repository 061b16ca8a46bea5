// SPDX-License-Identifier: MIT
// Queries that arrive at random and wait for one of several servers: when they arrive, and how long
// each takes. What a worker does in real time (engine/concurrent_loops.h), as pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace assay {

struct ArrivalPlan {
  double rate_per_s = 1;
  double seconds = 1;  // no arrival is later than this after the first
  size_t most = 1;     // arrivals at most
  uint64_t key = 0;    // of the random numbers, from stream_key()
};

// Arrival times in nanoseconds from the first, which is at 0: gaps are exponential with the mean
// 1 / rate (a Poisson process), so they depend on the key and the rate alone. Never empty.
std::vector<int64_t> poisson_arrivals(const ArrivalPlan& plan);

struct QueueTimes {
  std::vector<int64_t> latency_ns;  // from arrival to the end of service, in order of arrival
  int64_t wall_ns = 0;              // from time 0 to the end of the last service
};

// First come, first served by so many servers: each arrival (ascending) gets the server that is
// free first, for the time that service_ns(i) says.
QueueTimes simulate_queue(std::span<const int64_t> arrivals_ns, size_t servers,
                          const std::function<int64_t(size_t)>& service_ns);

}  // namespace assay
