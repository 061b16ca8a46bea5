// SPDX-License-Identifier: MIT
#include "kernels/roof.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "kernels/multiply_add.h"

namespace assay {
namespace {

// Long beside the microseconds by which threads start apart; a single one waits for nobody, and the
// shorter its round, the likelier nothing else comes between.
constexpr double kRoundSeconds = 0.01, kLoneRoundSeconds = 0.001;
constexpr int64_t kSmallestArray = int64_t{64} << 20, kLargestArray = int64_t{512} << 20;
constexpr double kNsPerSecond = 1e9;

// True where the system does not say.
bool is_first_of_its_core(int processor) {
  std::ifstream siblings("/sys/devices/system/cpu/cpu" + std::to_string(processor) +
                         "/topology/thread_siblings_list");
  int first = processor;
  siblings >> first;
  return first == processor;
}

std::vector<int> usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  // Hardware threads that share a core with another come last.
  std::ranges::stable_partition(cores, is_first_of_its_core);
  return cores;
}

void stay_on(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

struct Turn {
  int64_t begin_ns = 0, end_ns = 0;
  double units = 0;
};

double rate_of(const std::vector<Turn>& round) {
  const auto earliest = std::ranges::min_element(round, {}, &Turn::begin_ns)->begin_ns;
  const auto latest = std::ranges::max_element(round, {}, &Turn::end_ns)->end_ns;
  double units = 0;
  for (const Turn& turn : round) units += turn.units;
  return units * kNsPerSecond / static_cast<double>(std::max<int64_t>(latest - earliest, 1));
}

int64_t rounds_of(const MultiplyAdd& kernel, double seconds) {
  int64_t rounds = 1 << 12;
  for (;; rounds *= 2) {
    const int64_t begin = monotonic_ns();
    kernel.run(rounds);
    const auto took = static_cast<double>(monotonic_ns() - begin) / kNsPerSecond;
    if (took > seconds / 8)
      return static_cast<int64_t>(static_cast<double>(rounds) * seconds / took) + 1;
  }
}

double macs_per_second(const MultiplyAdd& kernel, int threads, double seconds) {
  const int64_t rounds = rounds_of(kernel, threads == 1 ? kLoneRoundSeconds : kRoundSeconds);
  return best_rate(threads, seconds, [&](int) {
    kernel.run(rounds);
    return static_cast<double>(rounds * kernel.macs);
  });
}

// All together four times the last cache, so that at most a fourth can come from it even if it
// keeps what it can. But no more than is filled in a moment: a virtual machine tells of all the
// caches of its host, of which a core reaches one.
size_t array_elements(int threads) {
  const int64_t cache = std::max<int64_t>(sysconf(_SC_LEVEL3_CACHE_SIZE), 0);
  return static_cast<size_t>(std::clamp(4 * cache / threads, kSmallestArray, kLargestArray)) /
         sizeof(uint64_t);
}

double bytes_per_second(int threads, double seconds) {
  std::vector<std::vector<uint64_t>> arrays(static_cast<size_t>(threads));
  best_rate(threads, 0, [&](int thread) {  // by its own thread, so that it lies near its core
    arrays[static_cast<size_t>(thread)].assign(array_elements(threads), 1);
    return 0.0;
  });
  return best_rate(threads, seconds, [&](int thread) {
    const auto& array = arrays[static_cast<size_t>(thread)];
    uint64_t all = 0;
    for (const uint64_t element : array) all ^= element;
    asm volatile("" : : "r"(all));
    return static_cast<double>(array.size() * sizeof(uint64_t));
  });
}

}  // namespace

double best_rate(int threads, double seconds, const std::function<double(int)>& work) {
  const std::vector<int> cores = usable_cores();
  if (threads < 1 || static_cast<size_t>(threads) > cores.size())
    throw Error("{} threads on {} usable cores: each needs one of its own", threads, cores.size());
  std::vector<Turn> round(static_cast<size_t>(threads));
  const int64_t stop_ns = monotonic_ns() + static_cast<int64_t>(seconds * kNsPerSecond);
  double best = 0;
  bool over = false;
  std::barrier start(threads);
  std::barrier end(threads, [&]() noexcept {
    best = std::max(best, rate_of(round));
    over = monotonic_ns() >= stop_ns;
  });
  const auto run = [&](int thread) {
    const auto index = static_cast<size_t>(thread);
    stay_on(cores[index]);
    while (!over) {
      start.arrive_and_wait();
      Turn turn{monotonic_ns(), 0, 0};
      turn.units = work(thread);
      turn.end_ns = monotonic_ns();
      round[index] = turn;
      end.arrive_and_wait();
    }
  };
  std::vector<std::jthread> all;
  for (int thread = 0; thread < threads; ++thread) all.emplace_back(run, thread);
  all.clear();
  return best;
}

Roof measure_roof(int threads, double seconds) {
  Roof roof{threads, {}, bytes_per_second(threads, seconds)};
  for (const MultiplyAdd& kernel : multiply_adds())
    roof.macs_per_s[std::string(kernel.precision)] = macs_per_second(kernel, threads, seconds);
  return roof;
}

}  // namespace assay
