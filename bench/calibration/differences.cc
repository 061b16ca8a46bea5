// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "proofs.h"
#include "simulation.h"

namespace assay::calibration {
namespace {

constexpr double kDefaultSeconds = PairedOptions().max_seconds;

struct World {
  double ratio = 1, spread = 0.003;
  double max_seconds = kDefaultSeconds;
  Machine machine = steady_machine;
};

struct Found {
  Share slower, differs, same, held;
  std::vector<double> pairs, sampled_seconds, seconds;

  void count(const Compared& compared, double ratio) {
    const Comparison& comparison = compared.comparison;
    const Verdict strict = verdict_of(comparison, 0);
    slower.count(strict == Verdict::slower);
    differs.count(strict == Verdict::slower || strict == Verdict::faster);
    same.count(verdict_of(comparison, 0.02) == Verdict::same);
    held.count(comparison.ci95 && comparison.ci95->low <= ratio && ratio <= comparison.ci95->high);
    pairs.push_back(static_cast<double>(comparison.pairs));
    sampled_seconds.push_back(compared.sampled_seconds);
    seconds.push_back(compared.seconds);
  }
};

Found compare_often(const World& world, int repetitions) {
  Random random(1201);
  Found found;
  for (int i = 0; i < repetitions; ++i) {
    const SimulatedProgram programs[] = {{ordinary(), 5, world.spread},
                                         {ordinary(), 5 * world.ratio, world.spread}};
    const PairedOptions options{.max_seconds = world.max_seconds};
    found.count(compare_simulated(programs, world.machine, options, random), world.ratio);
  }
  return found;
}

void add(Table& table, const char* name, const World& world, const Found& found, bool held) {
  table.findings.push_back(
      {{name, fmt::format("{:.1f} %", 100 * world.spread), fmt::format("{:g} s", world.max_seconds),
        fmt::format("{:.0f} pairs, {:.0f} of {:.0f} s", median(found.pairs),
                    median(found.sampled_seconds), median(found.seconds)),
        found.differs.percent(), found.slower.percent(), found.same.percent(),
        found.held.percent()},
       held && found.held.at_least(0.93)});
}

// The shortest of these times with which the difference is found often enough.
void add_needed(Table& table, const char* name, World world, double often, int repetitions) {
  for (const double seconds : {12, 18, 24, 36, 48, 72, 96, 144, 192}) {
    world.max_seconds = seconds;
    const Found found = compare_often(world, repetitions);
    if (found.slower.value() < often && seconds < 192) continue;
    add(table, name, world, found, found.slower.value() >= often);
    return;
  }
}

}  // namespace

Table differences(double effort) {
  Table table{
      "Comparisons as `compare` makes them, paired and in stages; calls of 5 ms that scatter "
      "by 2 %.",
      {"B against A", "spread of processes", "--max-time", "took, sampling of all",
       "said to differ", "slower", "same within 2 %", "interval holds the ratio"},
      "A/A differs in at most 5 %; 2 % is found in 95 %, 1 % in 80 %, in the default time "
      "at a spread of 0.3 %; at 1.5 % the time that it takes"};
  const int repetitions = std::max(20, static_cast<int>(1000 * effort));
  for (const double spread : {0.003, 0.015}) {
    const World world{1, spread};
    const Found found = compare_often(world, repetitions);
    add(table, "A/A", world, found, found.differs.at_most(0.05));
  }
  const World beside{1, 0.003, kDefaultSeconds, noisy_neighbour};
  const Found disturbed = compare_often(beside, repetitions);
  add(table, "A/A beside a noisy neighbour", beside, disturbed, disturbed.differs.at_most(0.05));
  const World two{1.02}, one{1.01};
  const Found found_two = compare_often(two, repetitions),
              found_one = compare_often(one, repetitions);
  add(table, "2 % slower", two, found_two, found_two.slower.at_least(0.95));
  add(table, "1 % slower", one, found_one, found_one.slower.at_least(0.80));
  add_needed(table, "2 % slower", {1.02, 0.015}, 0.95, std::max(20, repetitions / 4));
  add_needed(table, "1 % slower", {1.01, 0.015}, 0.80, std::max(20, repetitions / 4));
  return table;
}

Table pairing(double effort) {
  Table table{
      "Paired against sequential intervals at equal time, beside a neighbour that comes and goes.",
      {"spread of processes", "paired, half width", "one after the other, half width",
       "times narrower"},
      "at least 5 times narrower"};
  const auto half_width = [](const Comparison& c) { return (c.ci95->high - c.ci95->low) / 2; };
  for (const double spread : {0.0, 0.003}) {
    Random random(1301);
    const SimulatedProgram program{ordinary(), 5, spread};
    const SimulatedProgram both[] = {program, program};
    const Plan plan{6, kDefaultSeconds / 2, 0};  // of each side
    std::vector<double> paired, apart;
    for (int i = 0; i < std::max(20, static_cast<int>(300 * effort)); ++i) {
      const auto measured = simulate_interleaved(both, noisy_neighbour, plan, random);
      paired.push_back(half_width(comparison_of(measured[0], measured[1])));
      const Summary a = summary_of(simulate(program, noisy_neighbour, plan, random));
      const Summary b = summary_of(simulate(program, noisy_neighbour, plan, random));
      apart.push_back(half_width(compare_apart(a, b)));
    }
    const double times = median(apart) / median(paired);
    table.findings.push_back(
        {{fmt::format("{:.1f} %", 100 * spread), fmt::format("{:.2f} %", 100 * median(paired)),
          fmt::format("{:.2f} %", 100 * median(apart)), fmt::format("{:.1f}", times)},
         times >= 5});
  }
  return table;
}

}  // namespace assay::calibration
