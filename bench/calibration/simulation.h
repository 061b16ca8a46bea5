// SPDX-License-Identifier: MIT
// A measurement as the Runner takes it, on a clock that is a number: processes of bursts, in random
// order where several programs are interleaved, until the time is over or the target reached; or as
// many pairs of them as `compare` takes. Turns, bursts, stages, stopping and all judgement are the
// Runner's own functions; only the worker and the clock are simulated.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "record/measurement.h"
#include "run/paired_sampling.h"
#include "source.h"
#include "stats/compare.h"
#include "stats/summary.h"

namespace assay::calibration {

struct SimulatedProgram {
  Source source;
  double level_ms = 1;
  double process_spread = 0;  // sigma of the lognormal factor of each process
};

// What the machine does to whoever runs: a factor at each second of a process, asked for in order.
using MachineState = std::function<double(double)>;
// Draws phase and size anew for each process.
using Machine = MachineState (*)(Random&);

MachineState steady_machine(Random& random);
MachineState drifting_machine(Random& random);      // 3 to 30 % slower after 2 s
MachineState late_frequency_step(Random& random);   // 5 to 50 % slower in the last fifth of 2 s
MachineState early_frequency_step(Random& random);  // 20 % slower from 0.2 to 0.6 s on
MachineState periodically_slow(Random& random);     // for a fifth of each 0.08 to 0.3 s
MachineState warming_machine(Random& random);       // half as slow again, for 0.1 to 0.3 s
MachineState noisy_neighbour(Random& random);       // comes and goes, and takes 30 % meanwhile

struct Plan {
  int processes = 1;
  double seconds = 2;    // of each program, over all its processes
  double ci_target = 0;  // 0: none
};

// What a step of all programs takes beside the calls, in seconds: what two sessions of resnet18 do.
struct Overhead {
  double process = 0.75;  // each: started, loaded, run once, warmed up
  double burst = 0.003;   // each: until the others are quiet
};

class SimulatedPrograms : public PairSource {
 public:
  // The budget of a process is the step's; it ends before when a target is reached. The programs
  // and the random numbers must outlive it.
  SimulatedPrograms(std::span<const SimulatedProgram> programs, Machine machine, Random& random,
                    double ci_target_of_each = 0)
      : x_programs(programs),
        x_machine(machine),
        x_random(random),
        x_ci_target(ci_target_of_each),
        x_measured(programs.size()) {}

  size_t size() const override { return x_programs.size(); }
  bool ended(size_t) const override { return false; }
  const std::vector<ProcessSamples>& processes(size_t program) const override {
    return x_measured[program].processes;
  }
  StepCost run_process(const StepPlan& plan) override;
  double seconds() const { return x_seconds; }  // that all steps took by their clock
  // One measurement for each program, not judged yet.
  std::vector<Measurement> take() { return std::move(x_measured); }

 private:
  std::span<const SimulatedProgram> x_programs;
  Machine x_machine;
  Random& x_random;
  double x_ci_target;
  double x_seconds = 0;
  std::vector<Measurement> x_measured;
};

// One measurement for each program, judged.
std::vector<Measurement> simulate_interleaved(std::span<const SimulatedProgram> programs,
                                              Machine machine, const Plan& plan, Random& random);
Measurement simulate(const SimulatedProgram& program, Machine machine, const Plan& plan,
                     Random& random);

// What a row shows of it.
Summary summary_of(const Measurement& measurement);
// What `compare` says of two of them.
Comparison comparison_of(const Measurement& a, const Measurement& b);

// What `compare` says of two programs, and what it took.
struct Compared {
  Comparison comparison;
  double sampled_seconds = 0;  // both sides
  double seconds = 0;          // with starting, loading, warming up and waiting
};
Compared compare_simulated(std::span<const SimulatedProgram> both, Machine machine,
                           const PairedOptions& options, Random& random);

}  // namespace assay::calibration
