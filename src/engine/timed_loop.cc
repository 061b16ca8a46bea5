// SPDX-License-Identifier: MIT
#include "engine/timed_loop.h"

#include <algorithm>
#include <numeric>

#include "base/clock.h"
#include "base/cycle_clock.h"
#include "base/error.h"
#include "engine/concurrent_loops.h"
#include "engine/usage.h"

namespace assay {
namespace {

RunReply run_single_stream(OpenSession& session, const RunRequest& request,
                           const Interrupted& interrupted) {
  // Values, not just capacity: the first touch of a page must not fall into the loop.
  std::vector<int64_t> samples(query_limit(request));
  const int64_t end_ns = end_of_starts(request), gap_ns = request.idle_gap_ns;
  const bool transfer = request.include_transfer;
  const int64_t first_ns = monotonic_ns();
  int64_t start_ns = first_ns;
  int64_t last_ns = first_ns;
  size_t done = 0;
  do {
    if (gap_ns > 0) {
      if (!sleep_until_ns(last_ns + gap_ns, interrupted)) break;
      start_ns = monotonic_ns();
    }
    if (request.fresh_inputs) {
      session.bind_next();
      start_ns = monotonic_ns();
    }
    session.call(transfer);
    last_ns = monotonic_ns();
    samples[done++] = last_ns - start_ns;
    start_ns = monotonic_ns();
  } while (done < samples.size() && start_ns + gap_ns - first_ns < end_ns);

  RunReply reply;
  samples.resize(done);
  reply.service_ns = std::accumulate(samples.begin(), samples.end(), int64_t{0});
  reply.wall_ns = last_ns - first_ns;
  reply.samples_ns = std::move(samples);
  return reply;
}

RunReply run_scenario(std::span<OpenSession* const> sessions, const RunRequest& request,
                      const Interrupted& interrupted) {
  Crew crew(sessions, interrupted);
  switch (request.scenario) {
    case Scenario::single_stream:
      return run_single_stream(*sessions.front(), request, interrupted);
    case Scenario::multi_stream:
      return run_multi_stream(crew, request);
    case Scenario::offline:
      return run_offline(crew, request);
    case Scenario::server:
      return run_server(crew, request);
  }
  ASSAY_CHECK(false);
  return {};
}

void check(std::span<OpenSession* const> sessions, const RunRequest& request) {
  if (request.count < 1) throw Error("a burst of {} runs; at least 1 is needed", request.count);
  if (sessions.empty()) throw Error("a burst needs at least 1 session");
  if (request.scenario == Scenario::single_stream && sessions.size() > 1)
    throw Error("{} sessions cannot run as {}", sessions.size(), name_of(request.scenario));
  if (request.fresh_inputs && request.scenario != Scenario::single_stream)
    throw Error("fresh inputs are for single_stream, not for {}", name_of(request.scenario));
  if (request.scenario != Scenario::server) return;
  if (request.starts_ns.empty()) throw Error("a schedule needs at least 1 start");
  if (request.starts_ns.front() < 0 || !std::ranges::is_sorted(request.starts_ns))
    throw Error("the starts of a schedule are not ascending from 0");
}

}  // namespace

RunReply timed_loop(std::span<OpenSession* const> sessions, const RunRequest& request,
                    const Interrupted& interrupted) {
  check(sessions, request);
  const ThreadCpu threads_before = thread_cpu_ns();
  const int64_t steal_before = machine_steal_ns();
  const int64_t cpu_before = process_cpu_ns();
  RunReply reply = run_scenario(sessions, request, interrupted);
  reply.cpu_ns = process_cpu_ns() - cpu_before;
  reply.steal_ns = machine_steal_ns() - steal_before;
  // Of the time in calls, not of the pauses between them.
  const int64_t in_calls_ns = reply.service_ns / static_cast<int64_t>(sessions.size());
  reply.busy_threads = busy_threads(threads_before, thread_cpu_ns(), in_calls_ns);
  reply.peak_rss = peak_rss_bytes();
  reply.cycles_per_s = cycles_per_second();  // while the core is as warm as the burst left it
  return reply;
}

}  // namespace assay
