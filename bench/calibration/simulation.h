// SPDX-License-Identifier: MIT
// A measurement as the Runner takes it, on a clock that is a number: processes of bursts, in random
// order where several programs are interleaved, until the time is over or the target reached.
// Turns, bursts, stopping and all judgement are the Runner's own functions; only the worker and the
// clock are simulated.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "record/measurement.h"
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

// One measurement for each program, judged.
std::vector<Measurement> simulate_interleaved(std::span<const SimulatedProgram> programs,
                                              Machine machine, const Plan& plan, Random& random);
Measurement simulate(const SimulatedProgram& program, Machine machine, const Plan& plan,
                     Random& random);

// What a row shows of it.
Summary summary_of(const Measurement& measurement);
// What `compare` says of two of them.
Comparison comparison_of(const Measurement& a, const Measurement& b);

}  // namespace assay::calibration
