// SPDX-License-Identifier: MIT
// What a user would write around an engine's API to time it: warm up, call, read the clock, print
// the times. Kept free of all of assay's code, because it is what assay's numbers are compared
// with.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

struct Arguments {
  const char* model;
  int threads;
};

inline Arguments parse(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(
        stderr,
        "usage: %s MODEL THREADS, and on standard input the SECONDS of a burst, again and again\n",
        argv[0]);
    std::exit(2);
  }
  return {argv[1], std::atoi(argv[2])};
}

// Pixels; on equal values some engines are quicker.
inline void fill(float* values, std::size_t count) {
  std::mt19937 random;
  std::uniform_real_distribution<float> uniform;
  std::generate_n(values, count, [&] { return uniform(random); });
}

// Not getrusage's: that knows also how large the process was before it became this program.
inline long long peak_bytes() {
  std::ifstream status("/proc/self/status");
  long long kilobytes = 0;
  for (std::string word; status >> word && word != "VmHWM:";) {
  }
  status >> kilobytes;
  return kilobytes * 1024;
}

// Calls for half a second and says that it is ready; then, for each line of standard input, calls
// for so many seconds and prints each call's nanoseconds, in order; at its end, the peak of
// resident memory in bytes.
template <typename Call>
void time_loop(Call call) {
  using Clock = std::chrono::steady_clock;
  const auto warm = Clock::now() + std::chrono::duration<double>(0.5);
  while (Clock::now() < warm) call();
  std::puts("ready");
  std::fflush(stdout);
  for (double seconds; std::scanf("%lf", &seconds) == 1;) {
    std::vector<long long> samples;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    do {
      const auto start = Clock::now();
      call();
      samples.push_back(std::chrono::nanoseconds(Clock::now() - start).count());
    } while (Clock::now() < end);
    for (const long long sample : samples) std::printf("%lld\n", sample);
    std::puts("end");
    std::fflush(stdout);
  }
  std::printf("peak\n%lld\n", peak_bytes());
}
