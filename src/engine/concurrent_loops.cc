// SPDX-License-Identifier: MIT
#include "engine/concurrent_loops.h"

#include <algorithm>
#include <barrier>
#include <limits>
#include <numeric>

#include "base/clock.h"

namespace assay {
namespace {

constexpr int64_t kWakeNs = 60'000;  // a sleeping thread may wake up so late; it spins instead
constexpr int64_t kNotRun = -1;

// Takes out the queries that were not run, and counts the others' time in calls.
RunReply reply_of(std::vector<int64_t> samples, const std::vector<int64_t>& services) {
  RunReply reply;
  std::erase(samples, kNotRun);
  reply.samples_ns = std::move(samples);
  reply.service_ns = std::accumulate(services.begin(), services.end(), int64_t{0});
  return reply;
}

}  // namespace

size_t query_limit(const RunRequest& request) {
  return static_cast<size_t>(std::min(request.count, kMaxBurst));
}

int64_t end_of_starts(const RunRequest& request) {
  return request.max_ns > 0 ? request.max_ns : std::numeric_limits<int64_t>::max() / 2;
}

RunReply run_multi_stream(Crew& crew, const RunRequest& request) {
  std::vector<int64_t> samples(query_limit(request), kNotRun);
  std::vector<int64_t> ends(crew.size()), services(crew.size());
  const int64_t end_ns = end_of_starts(request), gap_ns = request.idle_gap_ns;
  const int64_t first_ns = monotonic_ns();
  const Interrupted stopped = [&] { return crew.stopped(); };
  int64_t start_ns = first_ns, last_ns = first_ns;
  size_t started = 0;
  bool over = false;
  // Runs on one of the threads while the others wait: ends a query and starts the next.
  const auto turn = [&]() noexcept {
    if (started > 0) {
      last_ns = std::ranges::max(ends);
      samples[started - 1] = last_ns - start_ns;
    }
    over = started == samples.size() || (started > 0 && last_ns + gap_ns - first_ns >= end_ns) ||
           crew.stopped() || (gap_ns > 0 && !sleep_until_ns(last_ns + gap_ns, stopped));
    if (over) return;
    ++started;
    start_ns = monotonic_ns();
  };
  std::barrier rendezvous(static_cast<std::ptrdiff_t>(crew.size()), turn);
  crew.run([&](size_t i) {
    while (true) {
      rendezvous.arrive_and_wait();
      if (over) return;
      try {
        crew.session(i).call(request.include_transfer);
      } catch (...) {  // the others wait at the rendezvous
        crew.fail(std::current_exception());
      }
      ends[i] = monotonic_ns();
      services[i] += ends[i] - start_ns;
    }
  });
  RunReply reply = reply_of(std::move(samples), services);
  reply.wall_ns = last_ns - first_ns;
  return reply;
}

RunReply run_offline(Crew& crew, const RunRequest& request) {
  std::vector<int64_t> samples(query_limit(request), kNotRun);
  std::vector<int64_t> ends(crew.size()), services(crew.size());
  const int64_t end_ns = end_of_starts(request);
  const int64_t first_ns = monotonic_ns();
  std::atomic<size_t> next = 0;
  crew.run([&](size_t i) {
    ends[i] = first_ns;
    do {
      const size_t query = next++;
      if (query >= samples.size()) return;
      const int64_t start_ns = monotonic_ns();
      crew.session(i).call(request.include_transfer);
      ends[i] = monotonic_ns();
      samples[query] = ends[i] - start_ns;
      services[i] += samples[query];
    } while (!crew.stopped() && ends[i] - first_ns < end_ns);
  });
  RunReply reply = reply_of(std::move(samples), services);
  reply.wall_ns = std::ranges::max(ends) - first_ns;
  return reply;
}

// A session that is free takes the next query and waits for its intended start: as many sessions
// serving one queue, first come, first served.
RunReply run_server(Crew& crew, const RunRequest& request) {
  const auto& starts = request.starts_ns;
  std::vector<int64_t> samples(std::min(query_limit(request), starts.size()), kNotRun);
  std::vector<int64_t> ends(crew.size()), services(crew.size());
  const int64_t end_ns = end_of_starts(request);
  const Interrupted stopped = [&] { return crew.stopped(); };
  std::atomic<size_t> next = 0;
  const int64_t origin_ns = monotonic_ns() + kWakeNs;
  crew.run([&](size_t i) {
    ends[i] = origin_ns;
    for (size_t query; (query = next++) < samples.size();) {
      const int64_t intended_ns = origin_ns + starts[query];
      if (!sleep_until_ns(intended_ns - kWakeNs, stopped) || stopped()) return;
      int64_t start_ns;
      do start_ns = monotonic_ns();
      while (start_ns < intended_ns);
      if (start_ns - origin_ns >= end_ns) return;
      crew.session(i).call(request.include_transfer);
      ends[i] = monotonic_ns();
      samples[query] = ends[i] - intended_ns;
      services[i] += ends[i] - start_ns;
    }
  });
  RunReply reply = reply_of(std::move(samples), services);
  reply.unserved = std::ssize(starts) - std::ssize(reply.samples_ns);
  reply.wall_ns = std::ranges::max(ends) - origin_ns;
  return reply;
}

}  // namespace assay
