// SPDX-License-Identifier: MIT
#include "engines/null/latency.h"

#include <sys/auxv.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <numbers>

#include "base/clock.h"
#include "base/random.h"

namespace assay {

namespace {

// Random bytes that the kernel gives to every process it starts.
uint64_t process_entropy() {
  uint64_t entropy;
  std::memcpy(&entropy, reinterpret_cast<const void*>(getauxval(AT_RANDOM)), sizeof entropy);
  return entropy;
}

}  // namespace

std::vector<OptionInfo> SyntheticLatency::declared_options() {
  return {
      {"latency_us", "float", "0", "Time of one run in microseconds; 0 returns at once.", {}},
      {"distribution",
       "choice",
       "constant",
       "How the times of the runs are distributed.",
       {"constant", "uniform", "normal", "lognormal", "exponential", "bimodal", "pareto"}},
      {"spread", "float", "0.1", "Width of the distribution, relative to latency_us.", {}},
      {"process_spread", "float", "0", "Sigma of the lognormal factor of each process.", {}},
      {"wait", "choice", "spin", "How a run passes its time.", {"spin", "sleep"}},
      {"seed", "int", "0", "Makes the times reproducible; 0 draws anew in each process.", {}},
  };
}

SyntheticLatency::SyntheticLatency(const Options& options)
    : x_latency_ns(options.number("latency_us") * 1000),
      x_spread(options.number("spread")),
      x_distribution(options.text("distribution")),
      x_sleep(options.text("wait") == "sleep") {
  const auto seed = static_cast<uint64_t>(options.integer("seed"));
  x_key = stream_key(seed == 0 ? process_entropy() : seed, "process");
  x_process_factor = std::exp(options.number("process_spread") * normal());
  // Sessions of one process share its factor, not its sequence.
  x_key = stream_key(seed == 0 ? x_key ^ static_cast<uint64_t>(monotonic_ns()) : seed, "runs");
}

double SyntheticLatency::uniform() {
  return (static_cast<double>(random_u64(x_key, x_index++) >> 11) + 0.5) * 0x1p-53;
}

// Box and Muller (1958); the second value of each pair is not kept, so that value i of the sequence
// depends only on i.
double SyntheticLatency::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double SyntheticLatency::relative() {
  if (x_distribution == "uniform") return 1 + x_spread * (2 * uniform() - 1);
  if (x_distribution == "normal") return 1 + x_spread * normal();
  if (x_distribution == "lognormal") return std::exp(x_spread * normal());
  if (x_distribution == "exponential") return -std::log(uniform());
  if (x_distribution == "bimodal") return uniform() < 0.5 ? 1 : 1 + x_spread;
  if (x_distribution == "pareto") return std::pow(uniform(), -x_spread);
  return 1;
}

int64_t SyntheticLatency::next_ns() {
  return std::llround(std::clamp(x_latency_ns * x_process_factor * relative(), 0.0, 1e15));
}

void SyntheticLatency::pass() {
  if (x_latency_ns == 0) return;
  const int64_t start_ns = monotonic_ns();
  const int64_t deadline_ns = start_ns + next_ns();
  if (x_sleep) {
    const timespec deadline{deadline_ns / 1'000'000'000, deadline_ns % 1'000'000'000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nullptr);
  } else {
    while (monotonic_ns() < deadline_ns) continue;
  }
}

}  // namespace assay
