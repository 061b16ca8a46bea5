// SPDX-License-Identifier: MIT
// The Runner measures configurations in worker processes: load, first run, check of the output,
// warm-up, bursts of samples until the time asked for is over, in as many fresh processes as asked;
// several configurations are interleaved, idle ones quiescent. Every end of a worker becomes an
// Outcome of its one measurement; only what the user got wrong (no such engine or option) is an
// Error, thrown before anything is measured.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "prepare/prepare.h"
#include "record/measurement.h"
#include "run/tensor_files.h"
#include "run/workers.h"

namespace assay {

struct Deadlines {  // seconds
  double hello = 30;
  double load = 120;
  double first_run = 60;
  double run = 60;  // on top of the time asked for
};

// A configuration whose output is the reference of others, at fp32: see run/reference.h.
struct Reference {
  std::string engine;
  std::string version;
  std::map<std::string, std::string> options;
  std::string words;  // "fp32, optimizations off"
};

struct RunOptions {
  double max_seconds = 2;         // sampling of one configuration, over all its processes
  double warmup_seconds = 0.5;    // cap, for each process
  double ci_target = 0;           // half-width of the median's interval to stop at; 0: none
  int min_samples = 6;            // with fewer: doubt too_few_samples
  int64_t max_samples = 100'000;  // of one process
  int processes = 1;
  uint64_t seed = 0;          // of the order of interleaving, and of inputs that have none
  uint64_t arrival_seed = 0;  // of the times at which a server's queries arrive
  double quiet_seconds = 1;   // at most waited before a burst, for idle workers to become quiet
  bool check_output = true;
  int64_t memory_cap_bytes =
      0;  // of each worker; 0: 80 % of what is usable, shared by the live ones
  Deadlines deadlines;
  bool fake_clock = false;                   // synthetic exact samples, for golden files
  std::filesystem::path machine_root = "/";  // where /proc and /sys are read

  std::filesystem::path workers;      // folder; empty: workers_folder()
  std::vector<std::string> launcher;  // prefix of the worker's command: {"taskset", "-c", "0"}
  std::map<std::string, std::string>
      environment;                     // set on top of the cleaned one; recorded in the facts
  std::filesystem::path cache_folder;  // of the reference outputs; empty: user_cache_dir()
  std::optional<std::vector<Reference>>
      references;  // in order; nothing: find_references() each time
  const std::atomic<bool>* stop =
      nullptr;  // once true, sampling ends and what was measured is returned
};

// What an application does around the inference of a picture; timed on the host while all workers
// are idle.
struct PictureWork {
  std::function<Tensors()> preprocess;  // the files to inputs: decoded, resized, normalized
  std::function<void(const Tensors&)> postprocess;  // outputs to the five best of each image
};

struct Job {
  Configuration configuration;
  PreparedModel model;
  Tensors inputs;                               // by name; inputs that are not here are seeded
  std::optional<uint64_t> seed = std::nullopt;  // of those; nothing: the options'
  // With fresh inputs: those of the calls after the first one, in turns; empty: `inputs` again, and
  // what is seeded differs (run/job_inputs.h).
  std::vector<Tensors> further_inputs = {};
  std::optional<PictureWork> picture = std::nullopt;
};

// Measures one job; never throws for what the engine did.
Measurement measure(const Job& job, const RunOptions& options);
// The same for several live at once, bursts interleaved in random order. A worker that dies ends
// only its own measurement. One Measurement for each job, in their order.
std::vector<Measurement> measure_interleaved(std::span<const Job> jobs, const RunOptions& options);
// True for a measurement that was given up before it had a sample (RunOptions::stop): not worth
// storing.
bool was_interrupted(const Measurement& measurement);

// One inference: the outputs by name. Nothing is timed or checked.
std::variant<Tensors, Failure> infer(const Job& job, const RunOptions& options);

}  // namespace assay
