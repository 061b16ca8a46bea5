// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "proofs.h"
#include "simulation.h"

namespace assay::calibration {
namespace {

constexpr double kDefaultSeconds = 6;  // of each side: `compare --max-time` is 12 s for both
constexpr int kDefaultPairs = 6;

struct World {
  double ratio = 1, spread = 0.003;
  int pairs = kDefaultPairs;
  double seconds = kDefaultSeconds;
  Machine machine = steady_machine;
};

struct Found {
  Share slower, differs, same, held;
};

Found compare_often(const World& world, int repetitions) {
  Random random(1201);
  Found found;
  for (int i = 0; i < repetitions; ++i) {
    const SimulatedProgram programs[] = {{ordinary(), 5, world.spread},
                                         {ordinary(), 5 * world.ratio, world.spread}};
    const auto measured =
        simulate_interleaved(programs, world.machine, {world.pairs, world.seconds, 0}, random);
    const Comparison comparison = comparison_of(measured[0], measured[1]);
    const Verdict strict = verdict_of(comparison, 0);
    found.slower.count(strict == Verdict::slower);
    found.differs.count(strict == Verdict::slower || strict == Verdict::faster);
    found.same.count(verdict_of(comparison, 0.02) == Verdict::same);
    found.held.count(comparison.ci95 && comparison.ci95->low <= world.ratio &&
                     world.ratio <= comparison.ci95->high);
  }
  return found;
}

void add(Table& table, const char* name, const World& world, const Found& found, bool held) {
  table.findings.push_back(
      {{name, fmt::format("{:.1f} %", 100 * world.spread),
        fmt::format("{} pairs, {:g} s", world.pairs, 2 * world.seconds), found.differs.percent(),
        found.slower.percent(), found.same.percent(), found.held.percent()},
       held});
}

// The fewest pairs, each of the default time, with which the difference is found often enough.
void add_needed(Table& table, const char* name, World world, double often, int repetitions) {
  for (const int pairs : {6, 9, 12, 16, 20, 28, 40, 60}) {
    world.pairs = pairs;
    world.seconds = kDefaultSeconds / kDefaultPairs * pairs;
    const Found found = compare_often(world, repetitions);
    if (found.slower.value() < often && pairs < 60) continue;
    add(table, name, world, found, found.slower.value() >= often);
    return;
  }
}

}  // namespace

Table differences(double effort) {
  Table table{"Comparisons, paired and interleaved; calls of 5 ms that scatter by 2 %.",
              {"B against A", "spread of processes", "measured", "said to differ", "slower",
               "same within 2 %", "interval holds the ratio"},
              "A/A differs in at most 5 %; 2 % is found in 95 %, 1 % in 80 %, in the default time "
              "at a spread of 0.3 %; at 1.5 % the time that it takes"};
  const int repetitions = std::max(20, static_cast<int>(1000 * effort));
  for (const double spread : {0.003, 0.015}) {
    const World world{1, spread};
    const Found found = compare_often(world, repetitions);
    add(table, "A/A", world, found, found.differs.at_most(0.05));
  }
  const World beside{1, 0.003, kDefaultPairs, kDefaultSeconds, noisy_neighbour};
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
    const Plan plan{kDefaultPairs, kDefaultSeconds, 0};
    std::vector<double> paired, apart;
    for (int i = 0; i < std::max(20, static_cast<int>(300 * effort)); ++i) {
      const auto measured = simulate_interleaved(both, noisy_neighbour, plan, random);
      paired.push_back(half_width(comparison_of(measured[0], measured[1])));
      const Summary a = summary_of(simulate(program, noisy_neighbour, plan, random));
      const Summary b = summary_of(simulate(program, noisy_neighbour, plan, random));
      apart.push_back(half_width(compare_apart(a, b)));
    }
    std::ranges::sort(paired);
    std::ranges::sort(apart);
    const double times = quantile(apart, 0.5) / quantile(paired, 0.5);
    table.findings.push_back(
        {{fmt::format("{:.1f} %", 100 * spread),
          fmt::format("{:.2f} %", 100 * quantile(paired, 0.5)),
          fmt::format("{:.2f} %", 100 * quantile(apart, 0.5)), fmt::format("{:.1f}", times)},
         times >= 5});
  }
  return table;
}

}  // namespace assay::calibration
