// SPDX-License-Identifier: MIT
#include "run/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/clock.h"
#include "machine/proc_files.h"

namespace assay {
namespace {

constexpr size_t kFlatBlocks = 3;
constexpr double kFlatShare = 0.02;
constexpr int64_t kLookNs = 1'000'000;

int64_t cpu_of(std::span<WorkerProcess* const> workers) {
  int64_t total = 0;
  for (const WorkerProcess* worker : workers) total += worker->cpu_ns().value_or(0);
  return total;
}

// A thread that spins may get no CPU in one look on a busy machine, yet it is ready to run.
bool has_runnable_thread(const WorkerProcess& worker) {
  std::error_code ignored;
  const std::filesystem::path tasks = fmt::format("/proc/{}/task", worker.pid());
  for (const auto& task : std::filesystem::directory_iterator(tasks, ignored)) {
    const std::string stat = read_proc(task.path() / "stat");
    const size_t name_end = stat.rfind(") ");
    if (name_end != std::string::npos && stat[name_end + 2] == 'R') return true;
  }
  return false;
}

}  // namespace

double burst_seconds(double total_seconds) {
  return std::clamp(total_seconds / 20, 0.02, 0.2);
}

bool is_flat(std::span<const double> block_medians) {
  if (block_medians.size() < kFlatBlocks) return false;
  const auto [low, high] = std::ranges::minmax(block_medians.last(kFlatBlocks));
  return high <= low * (1 + kFlatShare);
}

bool wait_until_quiet(std::span<WorkerProcess* const> idle, double cap_seconds) {
  if (idle.empty()) return true;
  const int64_t end_ns = monotonic_ns() + static_cast<int64_t>(cap_seconds * 1e9);
  int64_t then_ns = monotonic_ns(), cpu_then = cpu_of(idle);
  while (then_ns < end_ns) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kLookNs));
    const int64_t now_ns = monotonic_ns(), cpu_now = cpu_of(idle);
    const bool runnable = std::ranges::any_of(
        idle, [](const WorkerProcess* worker) { return has_runnable_thread(*worker); });
    if (!runnable && (cpu_now - cpu_then) * 100 < now_ns - then_ns) return true;
    then_ns = now_ns;
    cpu_then = cpu_now;
  }
  return false;
}

}  // namespace assay
