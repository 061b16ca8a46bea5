// SPDX-License-Identifier: MIT
#include "engine/timed_loop.h"

#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "base/error.h"
#include "engine/usage.h"

namespace assay {

RunReply timed_loop(Session& session, const RunRequest& request) {
  if (request.count < 1) throw Error("a burst of {} runs; at least 1 is needed", request.count);
  // Values, not just capacity: the first touch of a page must not fall into the loop.
  std::vector<int64_t> samples(static_cast<size_t>(std::min(request.count, kMaxBurst)));
  const int64_t max_ns = request.max_ns > 0 ? request.max_ns : std::numeric_limits<int64_t>::max();

  const ThreadCpu threads_before = thread_cpu_ns();
  const int64_t steal_before = machine_steal_ns();
  const int64_t cpu_before = process_cpu_ns();
  const int64_t first_ns = monotonic_ns();
  int64_t start_ns = first_ns;
  int64_t last_ns = first_ns;
  size_t done = 0;
  do {
    session.run();
    last_ns = monotonic_ns();
    samples[done++] = last_ns - start_ns;
    start_ns = monotonic_ns();
  } while (done < samples.size() && start_ns - first_ns < max_ns);

  RunReply reply;
  reply.cpu_ns = process_cpu_ns() - cpu_before;
  reply.wall_ns = last_ns - first_ns;
  reply.steal_ns = machine_steal_ns() - steal_before;
  reply.busy_threads = busy_threads(threads_before, thread_cpu_ns(), reply.wall_ns);
  reply.peak_rss = peak_rss_bytes();
  samples.resize(done);
  reply.samples_ns = std::move(samples);
  return reply;
}

}  // namespace assay
