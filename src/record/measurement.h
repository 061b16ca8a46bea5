// SPDX-License-Identifier: MIT
// A Measurement is everything recorded for one configuration. Plain values; times are nanoseconds
// in integers as measured, summaries are made from them by stats/ when they are shown, so that
// nothing measured is ever lost. An empty optional is "not measured", never 0.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/configuration.h"
#include "record/doubt.h"
#include "record/outcome.h"
#include "record/ulid.h"

namespace assay {

// What the engine says of one executed layer.
struct LayerFact {
  std::string name;
  std::string op;
  std::string precision;               // "fp32", "bf16", ...
  std::string kernel;                  // the engine's own name of the primitive
  std::vector<std::string> originals;  // names of the model's nodes that were fused into it
  int64_t macs = 0;                    // from the shapes in the engine's account of the layer

  bool operator==(const LayerFact&) const = default;
};

struct Facts {
  std::optional<int> threads;          // busy threads, seen from the operating system
  std::optional<double> cpu_seconds;   // CPU time of the worker while it ran the samples
  std::optional<double> wall_seconds;  // wall time of the same samples
  std::map<std::string, double> precision_executed;  // share of MACs by precision
  std::map<std::string, double> providers;           // share of nodes by execution provider
  std::vector<LayerFact> layers;
  std::map<std::string, std::string>
      environment;                           // engine variables that the worker was started with
  std::map<std::string, std::string> notes;  // anything else the engine states, by name

  bool operator==(const Facts&) const = default;
};

// Raw samples of one process, in the order measured.
struct ProcessSamples {
  std::vector<int64_t> warmup_ns;    // kept apart, never summarized
  std::vector<int64_t> latency_ns;   // of each query, as the scenario defines it
  std::vector<int64_t> burst_sizes;  // how many of latency_ns each burst gave, in order
  int64_t steady_begin = 0;          // the first of latency_ns that is summarized
  double load_seconds = 0;
  double first_run_ms = 0;
  double cpu_seconds = 0;      // worker's CPU time during latency_ns
  double wall_seconds = 0;     // wall time during latency_ns, idle gaps included
  double service_seconds = 0;  // of that, time inside calls, summed over the streams
  int64_t unserved = 0;        // queries that arrived and did not have their turn
  // Of the processor, when the warm-up was over and after each burst (base/cycle_clock.h).
  std::vector<int64_t> cycles_per_s;
  // What a sensor counted during each burst; empty: there is none. See Energy.
  std::vector<double> burst_joules;
  int64_t peak_rss_bytes = 0;
  // Resident memory by phase, and the highest of the phase alone; 0: not seen.
  int64_t empty_rss_bytes = 0;  // before load: the engine itself
  int64_t load_rss_bytes = 0;   // after load
  int64_t load_peak_rss_bytes = 0;
  int64_t first_run_rss_bytes = 0;  // after the first run
  int64_t first_run_peak_rss_bytes = 0;
  int64_t steady_rss_bytes = 0;       // after the last burst
  int64_t steady_peak_rss_bytes = 0;  // since the first run
  double idle_cpu_seconds = 0;  // its CPU time during the bursts of those it is interleaved with
  double idle_seconds = 0;      // wall time of those bursts

  bool operator==(const ProcessSamples&) const = default;
};

// The interval of the median that was asked for, and what came of it.
struct CiTarget {
  double asked = 0;               // its longer side as a share of the median: 0.005
  std::optional<double> reached;  // nothing: too few samples for an interval
  // Why it was not reached: "too_few_samples", "drift", "noise" (of the samples), "processes" (too
  // few of them for what they differ by); empty when it was.
  std::string reason;

  bool operator==(const CiTarget&) const = default;
};

// What comes before and after the inference of a picture, each done several times on this machine,
// in the order measured. Empty: the input is no picture.
struct Phases {
  std::vector<int64_t> preprocess_ns;   // decoded, resized, normalized
  std::vector<int64_t> postprocess_ns;  // the five best of the output

  bool operator==(const Phases&) const = default;
};

struct OutputCheck {
  std::string reference;  // "onnxruntime fp32, optimizations off", or the file given
  double error = 0;
  double tolerance = 0;
  bool passed = false;

  bool operator==(const OutputCheck&) const = default;
};

// The sensor that the bursts' joules were read from. They are all that it counted while a burst
// ran, idle power included: what was used, not what the network added.
struct Energy {
  std::string sensor;                // "intel-rapl package-0"
  std::optional<double> idle_watts;  // of the same sensor while the worker was idle

  bool operator==(const Energy&) const = default;
};

// What this machine can do at best with the configuration's precision and threads: the roof that
// its speed is a share of (kernels/roof.h).
struct PeakRates {
  int threads = 0;
  double macs_per_s = 0;   // of registers; 0: not measured
  double bytes_per_s = 0;  // read from memory

  bool operator==(const PeakRates&) const = default;
};

struct ModelCost {  // static analysis, when it could be made
  int64_t parameters = 0;
  int64_t macs = 0;
  int64_t activations = 0;
  int64_t peak_activation_bytes = 0;
  int64_t moved_bytes = 0;  // weights and activations, each once, as the model has them

  bool operator==(const ModelCost&) const = default;
};

struct Measurement {
  std::string id;          // ULID
  std::string context_id;  // which Context it was made in
  std::string started_at;  // UTC
  Configuration configuration;
  Outcome outcome = Outcome::ok;
  std::string reason;  // empty when ok
  std::vector<Doubt> doubts;
  std::vector<ProcessSamples> processes;
  // flat warmup slowdown cyclic drifting none, of the process that is worst; empty: not analysed.
  std::string steady_state;
  std::optional<CiTarget> ci_target;  // when one was asked for
  std::optional<OutputCheck> output_check;
  std::optional<ModelCost> cost;
  std::optional<Energy> energy;           // when a sensor could be read
  std::optional<PeakRates> roof;          // when it was measured
  std::optional<int64_t> artifact_bytes;  // size of the file that the engine loads
  Facts facts;
  Phases phases;
  bool synthetic = false;
  std::string command;   // reproduces it
  std::string baseline;  // the name under which it was kept to compare with; empty: none

  bool operator==(const Measurement&) const = default;
};

// CPU time that it used while it was meant to be idle, as a share of that time; nothing when it was
// measured alone.
std::optional<double> idle_cpu_share(const Measurement& measurement);

// What is summarized, in milliseconds: of each process its samples from steady_begin on.
std::vector<std::vector<double>> steady_latencies_ms(const Measurement& measurement);

// The machine and the program during one run of assay.
struct Context {
  std::string id;  // ULID
  std::string date;
  std::string host;
  std::string machine_fingerprint;
  std::string cpu;
  int cores_usable = 0;
  int64_t memory_bytes = 0;
  std::string kernel;
  std::string assay_version;
  std::map<std::string, std::string> engines;
  std::vector<Doubt> doubts;

  bool operator==(const Context&) const = default;
};

}  // namespace assay
