// SPDX-License-Identifier: MIT
// The Runner measures configurations in worker processes: load, first run, warm-up, bursts of
// samples until the time or the interval asked for is reached, in as many fresh processes as asked;
// several configurations are interleaved, idle ones quiescent. Every end of a worker becomes an
// Outcome of its one measurement.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "prepare/prepare.h"
#include "record/measurement.h"
#include "run/worker_process.h"

namespace assay {

struct Deadlines {  // seconds
  double hello = 30;
  double load = 120;
  double first_run = 60;
  double run = 60;  // on top of the time asked for
};

struct RunOptions {
  double max_seconds = 2;       // sampling of one configuration, over all its processes
  double warmup_seconds = 0.5;  // cap
  int min_samples = 6;
  int processes = 1;
  uint64_t seed = 0;  // of the inputs
  bool check_output = true;
  int64_t memory_cap_bytes = 0;  // 0: 80 % of what is usable
  Deadlines deadlines;
  bool fake_clock = false;  // synthetic exact samples, for golden files
};

struct Job {
  Configuration configuration;
  PreparedModel model;
};

// Where workers are: beside the program (../libexec/assay), or $ASSAY_WORKERS.
std::filesystem::path workers_folder();

// Measures one job; never throws for what the engine did.
Measurement measure(const Job& job, const RunOptions& options);
// The same for several live at once, bursts interleaved in random order.
std::vector<Measurement> measure_interleaved(std::span<const Job> jobs, const RunOptions& options);

}  // namespace assay
