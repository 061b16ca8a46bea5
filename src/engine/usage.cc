// SPDX-License-Identifier: MIT
#include "engine/usage.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>

namespace assay {
namespace {

int64_t bytes_in(const char* file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) return std::atoll(line.c_str() + key.size()) * 1024;
  return 0;
}

// The kernel's encoding of "scheduler time of thread tid", what pthread_getcpuclockid gives for a
// pthread_t. Unlike /proc/self/task/*/schedstat it is exact for a thread that is running now.
clockid_t cpu_clock_of(pid_t tid) {
  return static_cast<clockid_t>((~static_cast<unsigned>(tid) << 3) | 6u);
}

}  // namespace

int64_t rss_bytes() {
  const int64_t counted = bytes_in("/proc/self/smaps_rollup", "Rss:");
  return counted > 0 ? counted : bytes_in("/proc/self/status", "VmRSS:");
}

int64_t peak_rss_bytes() {
  return bytes_in("/proc/self/status", "VmHWM:");
}

void reset_peak_rss() {
  std::ofstream("/proc/self/clear_refs") << 5;
}

ThreadCpu thread_cpu_ns() {
  ThreadCpu result;
  std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir("/proc/self/task"), closedir);
  if (!tasks) return result;
  while (const dirent* entry = readdir(tasks.get())) {
    const pid_t tid = std::atoi(entry->d_name);
    timespec time;
    if (tid > 0 && clock_gettime(cpu_clock_of(tid), &time) == 0)
      result[tid] = int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  return result;
}

int busy_threads(const ThreadCpu& before, const ThreadCpu& after, int64_t wall_ns) {
  int busy = 0;
  int64_t caller_ns = 0, busiest_ns = 0;
  for (const auto& [tid, cpu_ns] : after) {
    const auto earlier = before.find(tid);
    const int64_t used_ns = cpu_ns - (earlier == before.end() ? 0 : earlier->second);
    if (tid == gettid()) {
      caller_ns = used_ns;
    } else {
      busiest_ns = std::max(busiest_ns, used_ns);
      busy += used_ns * 20 > wall_ns;
    }
  }
  return busy + (caller_ns * 20 > wall_ns && caller_ns * 2 >= busiest_ns);
}

int64_t machine_steal_ns() {
  std::ifstream stat("/proc/stat");
  std::string cpu;
  int64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  stat >> cpu >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  return steal * (1'000'000'000 / sysconf(_SC_CLK_TCK));
}

}  // namespace assay
