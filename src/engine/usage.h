// SPDX-License-Identifier: MIT
// What this process uses, as the operating system counts it: resident memory, CPU time of each
// thread; and the machine's stolen time. For the worker's side of a burst (timed_loop, serve).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

namespace assay {

// Resident now, page by page where the kernel tells it (its running counters lag behind by
// mebibytes on machines with many cores); takes milliseconds for each gigabyte.
int64_t rss_bytes();
// Highest resident size since the process started or reset_peak_rss().
int64_t peak_rss_bytes();
void reset_peak_rss();

// CPU time of every live thread by its id.
using ThreadCpu = std::map<pid_t, int64_t>;
ThreadCpu thread_cpu_ns();
// Threads that were on a CPU for over 5 % of wall_ns between the two; a thread that ended in
// between is not seen. The calling thread is one more only when it was on a CPU for at least half
// as long as the busiest of the others: one that hands work to a pool and sleeps until it is done
// takes turns with the pool.
int busy_threads(const ThreadCpu& before, const ThreadCpu& after, int64_t wall_ns);

// Time that the hypervisor gave to others, all CPUs together since boot, in whole ticks; 0 where
// the system does not say.
int64_t machine_steal_ns();

}  // namespace assay
