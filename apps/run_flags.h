// SPDX-License-Identifier: MIT
// The flags that say how a configuration is measured: how long, in how many processes, until which
// target, within which deadlines. Shared by the commands that measure many.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "record/scenario.h"
#include "run/runner.h"

namespace assay {

struct RunFlags {
  std::string max_time, ci_target, warmup = "0.5s", load_deadline = "120s", run_deadline = "60s",
                                   memory_cap;
  int processes = 1;
  uint64_t arrival_seed = 0;
  bool no_check = false, fake_clock = false;
};
void add_run_flags(CLI::App& app, RunFlags& flags);

// Error for what is no time, no target or no size, naming the flag.
RunOptions run_options(const RunFlags& flags);

// Those of them that change what is measured, as typed, each after a space.
std::string flags_of(const RunFlags& flags, Scenario scenario);

}  // namespace assay
