// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proofs.h"
#include "run/measurement_doubts.h"
#include "simulation.h"

namespace assay::calibration {
namespace {

constexpr double kLeast = 0.93, kMost = 0.98;

int repetitions(double effort) {
  return std::max(20, static_cast<int>(1000 * effort));
}

bool holds(const std::optional<Interval>& interval, double truth) {
  return interval && interval->low <= truth && truth <= interval->high;
}

bool nominal(const Share& share, double most = kMost) {
  return share.of == 0 || (share.at_least(kLeast) && share.at_most(most));
}

void count_if_given(Share& share, const std::optional<Interval>& interval, double truth) {
  if (interval) share.count(holds(interval, truth));
}

// Of the median and the three tails, where an interval is given.
struct Shares {
  std::array<Share, 4> of;

  void count(const Summary& summary, const std::array<double, 4>& truth) {
    const std::array tails = {&summary.p90, &summary.p95, &summary.p99};
    count_if_given(of[0], summary.median.ci95, truth[0]);
    for (size_t i = 0; i < tails.size(); ++i)
      if (*tails[i]) count_if_given(of[i + 1], (*tails[i])->ci95, truth[i + 1]);
  }
  Finding finding(std::vector<std::string> cells, int repetitions, double most = kMost) const {
    const auto given = [&](const Share& share) {
      if (share.of == repetitions) return std::string();
      return fmt::format(" of {}", share.of);
    };
    bool held = true;
    for (const Share& share : of) {
      cells.push_back(fmt::format("{}{}", share.percent(), given(share)));
      held = held && nominal(share, most);
    }
    return {cells, held};
  }
};

std::array<double, 4> truth_of(const std::function<double(double)>& quantile) {
  return {quantile(0.5), quantile(0.9), quantile(0.95), quantile(0.99)};
}

struct Condition {
  std::string name;
  SimulatedProgram program;
  Machine machine = steady_machine;
  double machine_factor = 1;  // where it is steady
};

Shares cover(const Condition& condition, const Plan& plan, int repetitions) {
  Random random(1101);
  auto truth = truth_of(condition.program.source.quantile);
  for (double& value : truth) value *= condition.program.level_ms * condition.machine_factor;
  Shares shares;
  for (int i = 0; i < repetitions; ++i)
    shares.count(summary_of(simulate(condition.program, condition.machine, plan, random)), truth);
  return shares;
}

std::vector<Condition> steady_conditions() {
  std::vector<Condition> all;
  for (const Source& source :
       {quiet(), scattered(), heavy_tailed(), bimodal(), depending(quiet(), 0.6),
        depending(heavy_tailed(), 0.6), depending(quiet(), 0.9)})
    all.push_back({source.name, {source}});
  all.push_back({"quiet, after a warm-up", {quiet()}, warming_machine});
  all.push_back({"heavy-tailed, after a warm-up", {heavy_tailed()}, warming_machine});
  all.push_back({"quiet, after a frequency step", {quiet()}, early_frequency_step, 1.2});
  return all;
}

bool speaks_of_the_series(Doubt doubt) {
  return doubt == Doubt::drifting || doubt == Doubt::no_steady_state || doubt == Doubt::slowed_down;
}

}  // namespace

Table coverage_of_quantiles(double effort) {
  Table table{"Intervals of one process, 2 s of calls of 1 ms.",
              {"condition", "median", "p90", "p95", "p99"},
              "each nominal 95 % interval that is given holds the truth in 93 to 98 %; \"of\": so "
              "many were given"};
  for (const Condition& condition : steady_conditions())
    table.findings.push_back(cover(condition, {1, 2, 0}, repetitions(effort))
                                 .finding({condition.name}, repetitions(effort)));
  return table;
}

Table coverage_when_stopped(double effort) {
  Table table{"Stopped by --ci-target.",
              {"condition", "target", "held the truth", "reached in 60 s", "median samples"},
              "the interval of the median that is shown holds the truth in 93 to 98 %"};
  const std::pair<Source, double> conditions[] = {{quiet(), 0.0005},
                                                  {scattered(), 0.005},
                                                  {heavy_tailed(), 0.002},
                                                  {depending(scattered(), 0.6), 0.01}};
  for (const auto& [source, target] : conditions) {
    Random random(1102);
    Share held, reached;
    std::vector<double> samples;
    for (int i = 0; i < repetitions(effort); ++i) {
      const Measurement measured = simulate({source}, steady_machine, {1, 60, target}, random);
      const Summary summary = summary_of(measured);
      held.count(holds(summary.median.ci95, source.quantile(0.5)));
      reached.count(measured.ci_target->reason.empty());
      samples.push_back(static_cast<double>(summary.samples));
    }
    std::ranges::sort(samples);
    table.findings.push_back({{source.name, fmt::format("{:g} %", 100 * target), held.percent(),
                               reached.percent(), fmt::format("{:.0f}", quantile(samples, 0.5))},
                              nominal(held) && reached.at_least(0.95)});
  }
  return table;
}

Table coverage_of_processes(double effort) {
  Table table{
      "Intervals of several processes that differ, 1 s of calls of 1 ms in each; the truth is the "
      "quantile of a process in the middle.",
      {"processes", "spread of processes", "median", "p90", "p95", "p99"},
      "held in at least 93 % (6 processes give 96.9 %, 10 give 97.9 % exactly, whatever the "
      "distribution)"};
  for (const double spread : {0.003, 0.015})
    for (const int processes : {3, 6, 10}) {
      Random random(1103);
      const auto truth = truth_of(quiet().quantile);
      Shares shares;
      const Plan plan{processes, static_cast<double>(processes), 0};
      for (int i = 0; i < repetitions(effort); ++i)
        shares.count(summary_of(simulate({quiet(), 1, spread}, steady_machine, plan, random)),
                     truth);
      table.findings.push_back(
          shares.finding({std::to_string(processes), fmt::format("{:.1f} %", 100 * spread)},
                         repetitions(effort), 1));
    }
  return table;
}

Table doubts_without_steady_state(double effort) {
  Table table{"No steady state: is it said?",
              {"condition", "doubt raised", "which"},
              "a doubt in at least 99 %"};
  struct Row {
    const char* name;
    Machine machine;
  };
  for (const Row& row : {Row{"drift of 3 to 30 %", drifting_machine},
                         Row{"frequency step near the end", late_frequency_step},
                         Row{"frequency step early on", early_frequency_step},
                         Row{"periodically slow", periodically_slow}})
    for (const Source& source : {quiet(), heavy_tailed()}) {
      Random random(1104);
      Share raised;
      std::vector<Doubt> seen;
      for (int i = 0; i < repetitions(effort); ++i) {
        const Measurement measured = simulate({source}, row.machine, {1, 2, 0}, random);
        raised.count(std::ranges::any_of(measured.doubts, speaks_of_the_series));
        for (const Doubt doubt : measured.doubts) add_doubt(seen, doubt);
      }
      std::vector<std::string> names;
      for (const Doubt doubt : seen) names.emplace_back(info_of(doubt).name);
      table.findings.push_back({{fmt::format("{}, {}", source.name, row.name), raised.percent(),
                                 fmt::format("{}", fmt::join(names, ", "))},
                                raised.at_least(0.99)});
    }
  return table;
}

}  // namespace assay::calibration
