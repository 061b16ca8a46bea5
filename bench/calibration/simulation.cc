// SPDX-License-Identifier: MIT
#include "simulation.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/shuffled.h"
#include "run/paired_rounds.h"
#include "run/schedule.h"
#include "run/series_judgement.h"
#include "stats/stopping.h"

namespace assay::calibration {
namespace {

constexpr Overhead kOverhead;

// One program in one process.
class SimulatedTrial {
 public:
  SimulatedTrial(const SimulatedProgram& program, double budget_seconds, double ci_target,
                 Random& random)
      : x_draws(program.source, random),
        x_level_ns(program.level_ms * 1e6 * std::exp(program.process_spread * gauss(random))),
        x_budget_seconds(budget_seconds),
        x_has_target(ci_target > 0),
        x_target(ci_target) {}

  bool done() {
    return (x_has_target && x_target.done()) || x_samples.wall_seconds >= x_budget_seconds;
  }

  // Moves the clock `now` on.
  void burst(double seconds, const MachineState& machine, double& now) {
    const double end = std::min(x_budget_seconds, x_samples.wall_seconds + seconds);
    int64_t size = 0;
    for (; x_samples.wall_seconds < end; ++size) {
      const auto ns = std::llround(x_level_ns * x_draws.next() * machine(now));
      x_samples.latency_ns.push_back(ns);
      if (x_has_target) x_target.add(static_cast<double>(ns));
      now += static_cast<double>(ns) * 1e-9;
      x_samples.wall_seconds += static_cast<double>(ns) * 1e-9;
    }
    x_samples.burst_sizes.push_back(size);
  }

  ProcessSamples take() { return std::move(x_samples); }

 private:
  Draws x_draws;
  double x_level_ns, x_budget_seconds;
  bool x_has_target;
  MedianTarget x_target;
  ProcessSamples x_samples;
};

}  // namespace

MachineState steady_machine(Random&) {
  return [](double) { return 1.0; };
}

StepCost SimulatedPrograms::run_process(const StepPlan& plan) {
  std::vector<SimulatedTrial> trials;
  for (const SimulatedProgram& program : x_programs)
    trials.emplace_back(program, plan.seconds, x_ci_target, x_random);
  const uint64_t seed = x_random();
  const MachineState state = x_machine(x_random);
  StepCost cost{kOverhead.process * static_cast<double>(trials.size()), 0, 0};
  for (bool more = true; more; ++cost.rounds) {
    more = false;
    for (const size_t turn : shuffled(trials.size(), seed, static_cast<uint64_t>(cost.rounds))) {
      if (trials[turn].done()) continue;
      trials[turn].burst(plan.burst_seconds, state, cost.rounds_seconds);
      if (trials.size() > 1) cost.rounds_seconds += kOverhead.burst;
      more = more || !trials[turn].done();
    }
  }
  for (size_t i = 0; i < trials.size(); ++i)
    find_steady_part(x_measured[i].processes.emplace_back(trials[i].take()),
                     Scenario::single_stream);
  x_seconds += cost.fixed_seconds + cost.rounds_seconds;
  return cost;
}

std::vector<Measurement> simulate_interleaved(std::span<const SimulatedProgram> programs,
                                              Machine machine, const Plan& plan, Random& random) {
  SimulatedPrograms source(programs, machine, random,
                           target_of_each(plan.ci_target, plan.processes));
  const double seconds = plan.seconds / plan.processes;
  for (int process = 0; process < plan.processes; ++process)
    source.run_process({seconds, burst_seconds(seconds)});
  std::vector<Measurement> measured = source.take();
  for (Measurement& measurement : measured) {
    judge_steadiness(measurement);
    judge_noise(measurement);
    if (plan.ci_target > 0) judge_target(measurement, plan.ci_target);
  }
  return measured;
}

Measurement simulate(const SimulatedProgram& program, Machine machine, const Plan& plan,
                     Random& random) {
  return std::move(simulate_interleaved(std::span(&program, 1), machine, plan, random).front());
}

Summary summary_of(const Measurement& measurement) {
  return summarize(steady_latencies_ms(measurement)).value();
}

Comparison comparison_of(const Measurement& a, const Measurement& b) {
  return compare_paired(paired_rounds(a, b)).value();
}

Compared compare_simulated(std::span<const SimulatedProgram> both, Machine machine,
                           const PairedOptions& options, Random& random) {
  SimulatedPrograms source(both, machine, random);
  sample_pairs(source, options);
  Compared compared;
  compared.seconds = source.seconds();
  const std::vector<Measurement> measured = source.take();
  for (const Measurement& side : measured)
    for (const ProcessSamples& process : side.processes)
      compared.sampled_seconds += process.wall_seconds;
  compared.comparison = comparison_of(measured[0], measured[1]);
  return compared;
}

MachineState drifting_machine(Random& random) {
  const double slope = log_uniform(random, 0.03, 0.3) / 2;  // of 2 seconds
  return [=](double t) { return 1 + slope * t; };
}

MachineState late_frequency_step(Random& random) {
  const double at = uniform(random, 1.62, 1.9), factor = 1 + log_uniform(random, 0.05, 0.5);
  return [=](double t) { return t < at ? 1 : factor; };
}

MachineState early_frequency_step(Random& random) {
  const double at = uniform(random, 0.2, 0.6), factor = 1.2;
  return [=](double t) { return t < at ? 1 : factor; };
}

MachineState periodically_slow(Random& random) {
  const double period = uniform(random, 0.08, 0.3), factor = 1 + log_uniform(random, 0.1, 1);
  const double phase = uniform(random, 0, period);
  return [=](double t) { return std::fmod(t + phase, period) < period / 5 ? factor : 1; };
}

MachineState warming_machine(Random& random) {
  const double end = uniform(random, 0.1, 0.3);
  return [=](double t) { return t < end ? 1.5 : 1; };
}

MachineState noisy_neighbour(Random& random) {
  constexpr double kMeanSeconds = 0.8;  // between its coming and going
  struct State {
    double next, factor;
  };
  auto state = std::make_shared<State>(State{0, chance(random, 0.5) ? 1.3 : 1});
  return [=, &random](double t) {
    while (t >= state->next) {
      state->next += std::exponential_distribution<double>(1 / kMeanSeconds)(random);
      state->factor = state->factor > 1 ? 1 : 1.3;
    }
    return state->factor;
  };
}

}  // namespace assay::calibration
