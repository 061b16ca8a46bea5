// SPDX-License-Identifier: MIT
// Prints the project's own figures: what the harness costs, how fast it starts, and whether a
// worker of ours is as fast and as small as each engine's own shortest program (bench/direct/).
// Absolute times are this machine's; in each comparison both are alive and take turns, on all
// cores. Usage: figures [PAIRS] [MODEL,...] [PROGRAM,...]. A PROGRAM is an engine or benchmark_app,
// which is compared with openvino; one that is not there is left out with a sentence.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "onnx/onnx.h"
#include "own_program.h"
#include "run/trial.h"
#include "stats/quantile.h"
#include "stats/summary.h"

namespace assay {
namespace {

double seconds_of(const std::function<void()>& call) {
  const int64_t start = monotonic_ns();
  call();
  return static_cast<double>(monotonic_ns() - start) * 1e-9;
}

double median_seconds(int count, const std::function<void()>& call) {
  std::vector<double> seconds;
  for (int i = 0; i < count; ++i) seconds.push_back(seconds_of(call));
  return median(seconds);
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSAY_CHECK(pipe);
  std::string text;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  if (::pclose(pipe) != 0) throw Error("'{}' failed", command);
  return text;
}

struct Tools {
  std::filesystem::path folder;  // of the programs
  int cores = static_cast<int>(std::thread::hardware_concurrency());

  std::string program(std::string_view name) const { return (folder / name).string(); }
};

void print_starts(const Tools& tools) {
  fmt::print("{}", output_of(tools.program("bench_harness")));
  const std::string list = tools.program("assay") + " list models > /dev/null";
  fmt::print("assay list models {:.1f} ms, median of 21 (budget 30)\n",
             1e3 * median_seconds(21, [&] { output_of(list); }));
}

// A worker of ours, as `assay bench` runs it: loaded, run once and warmed up; held like OwnProgram.
class OurWorker {
 public:
  OurWorker(const Job& job, const RunOptions& options, const std::vector<TensorFile>& inputs)
      : x_trial(job, options, 0, options.max_seconds) {
    require(x_trial.prepare(inputs, memory_cap(options, 1)));
    require(x_trial.warm_up());
    signal(SIGSTOP);
  }
  std::vector<double> burst(double seconds) {
    const auto before = std::ssize(x_trial.samples().latency_ns);
    signal(SIGCONT);
    require(x_trial.burst(seconds));
    signal(SIGSTOP);
    const auto& samples = x_trial.samples().latency_ns;
    return {samples.begin() + before, samples.end()};
  }
  double peak_bytes() {
    signal(SIGCONT);
    require(x_trial.finish());
    return static_cast<double>(x_trial.samples().peak_rss_bytes);
  }

 private:
  void signal(int number) { ::kill(-x_trial.program()->worker().pid(), number); }
  static void require(const Step& step) {
    if (step) throw Error("{}", step->reason);
  }
  Trial x_trial;
};

// One pair of processes.
struct Pair {
  double ratio = 0;                   // ours / theirs: the median over the rounds
  double ours_ns = 0, theirs_ns = 0;  // the fastest calls
  double our_peak_mb = 0, their_peak_mb = 0;
};

// Bursts in turn, a new random order each round, so that what the machine does goes for both.
Pair measure_pair(OurWorker& ours, OwnProgram& theirs, uint64_t seed) {
  constexpr int kRounds = 24;
  constexpr double kBurstSeconds = 0.1;
  std::vector<double> ratios;
  Pair pair{0, HUGE_VAL, HUGE_VAL, 0, 0};
  for (uint64_t round = 0; round < kRounds; ++round) {
    std::vector<double> a, b;
    const bool first = random_u64(stream_key(seed, "rounds"), round) & 1;
    if (first) a = ours.burst(kBurstSeconds);
    b = theirs.burst(kBurstSeconds);
    if (!first) a = ours.burst(kBurstSeconds);
    pair.ours_ns = std::min(pair.ours_ns, std::ranges::min(a));
    pair.theirs_ns = std::min(pair.theirs_ns, std::ranges::min(b));
    ratios.push_back(median(a) / median(b));
  }
  pair.ratio = median(ratios);
  pair.our_peak_mb = ours.peak_bytes() * 1e-6;
  pair.their_peak_mb = theirs.peak_bytes() * 1e-6;
  return pair;
}

// An engine's own program, bin/direct_<name>, and what it is compared with.
struct Rival {
  std::string_view name, engine;
  std::string_view form;   // the ending of the file that it reads: assay's worker has made it
  std::string_view maker;  // unless this direct program makes it of the ONNX file
};
constexpr Rival kRivals[] = {{"onnxruntime", "onnxruntime", ".onnx", ""},
                             {"openvino", "openvino", ".onnx", ""},
                             {"benchmark_app", "openvino", ".onnx", ""},
                             {"libtorch", "libtorch", ".pt", "pytorch"},
                             {"pytorch", "pytorch", ".pth", "pytorch"},
                             {"tensorflow", "tensorflow", ".saved_model", "tensorflow"},
                             {"litert", "litert", ".tflite", ""},
                             {"ncnn", "ncnn", ".param", ""},
                             {"mnn", "mnn", ".mnn", ""}};

const Rival& rival_named(const std::string& name) {
  const auto found = std::ranges::find(kRivals, name, &Rival::name);
  if (found != std::end(kRivals)) return *found;
  std::string names;
  for (const Rival& rival : kRivals) names += fmt::format(" {}", rival.name);
  throw Error("there is no own program of '{}'; there are:{}", name, names);
}

std::string file_ending_in(std::string_view ending, const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ending) return entry.path().string();
  throw Error("no file of the network ends in {}", ending);
}

// All of a network's floats in the order of its layers, for a program that reads no ONNX: how long
// some kernels take depends on the values.
void write_weights(const std::filesystem::path& model, const std::filesystem::path& file) {
  const Graph graph = read_onnx(model);
  std::string floats;
  for (const Value& value : graph.values())
    if (value.constant && value.dtype == DType::f32 && !value.constant->shape.empty()) {
      const auto bytes = value.constant->raw();
      floats.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  write_file(file, floats);
}

double median_of(const std::vector<Pair>& pairs, double Pair::*what) {
  std::vector<double> values;
  for (const Pair& pair : pairs) values.push_back(pair.*what);
  return median(values);
}

double least_of(const std::vector<Pair>& pairs, double Pair::*what) {
  return (*std::ranges::min_element(pairs, {}, what)).*what;
}

// A ratio's budget: our time within 3 % of the program's, or less; our memory within 5 % + 20 MB.
// With an interval, the whole of it.
void print_row(const Rival& rival, const std::string& model, const std::vector<Pair>& pairs) {
  std::vector<double> ratios;
  for (const Pair& pair : pairs) ratios.push_back(pair.ratio);
  // As `assay compare` would give it: of 10 pairs, from the second smallest to the second largest.
  const Interval interval = process_interval(ratios).value();
  const double ours = median_of(pairs, &Pair::our_peak_mb),
               theirs = median_of(pairs, &Pair::their_peak_mb);
  fmt::print(
      "| {:<13} | {:<13} | {:.3f} [{:.3f}, {:.3f}] | {:<6} | {:.3f}   | {:>4.0f} / {:<4.0f} | "
      "{:<6} |\n",
      rival.name, model, median(ratios), interval.low, interval.high,
      interval.high <= 1.03 ? "yes" : "no",
      least_of(pairs, &Pair::ours_ns) / least_of(pairs, &Pair::theirs_ns), ours, theirs,
      ours <= theirs * 1.05 + 20 ? "yes" : "no");
  std::fflush(stdout);
}

Job job_of(const Rival& rival, const PreparedModel& model, int cores) {
  Configuration configuration;
  configuration.engine = rival.engine;
  configuration.threads = cores;
  return {configuration, model, {}};
}

void compare_with(const Tools& tools, const Rival& rival, const std::string& name, int pairs) try {
  const std::string direct = tools.program(fmt::format("direct_{}", rival.name));
  if (!std::filesystem::exists(direct))
    throw Error("the engine is not installed (assay list engines)");
  const TempDir folder;
  ::setenv("XDG_CACHE_HOME", folder.path().c_str(), 1);  // where workers keep what they convert
  PreparedModel model = prepare({.name = name}, folder.path());
  const auto file = folder.path() / (name + ".onnx");  // the programs know networks by this name
  std::filesystem::copy_file(model.file, file);
  model.file = file;
  if (!rival.maker.empty()) {
    write_weights(file, folder.path() / (name + ".weights"));
    output_of(fmt::format("{}{} {} save", tools.program("direct_"), rival.maker, file.string()));
  }

  const Job job = job_of(rival, model, tools.cores);
  RunOptions options;
  options.max_seconds = HUGE_VAL;
  const auto inputs = write_tensors(make_inputs(model, {}, 0), folder.path(), "input");
  OurWorker(job, options, inputs);  // converts what the program will read
  const std::vector<std::string> command{direct, file_ending_in(rival.form, folder.path()),
                                         std::to_string(tools.cores)};
  std::vector<Pair> measured;
  for (int pair = 0; pair < pairs; ++pair) {
    OurWorker ours(job, options, inputs);
    OwnProgram theirs(command);
    measured.push_back(measure_pair(ours, theirs, static_cast<uint64_t>(pair)));
  }
  print_row(rival, name, measured);
} catch (const Error& error) {
  fmt::print("| {:<13} | {:<13} | left out: {}\n", rival.name, name, error.what());
}

}  // namespace
}  // namespace assay

int main(int argc, char** argv) try {
  using namespace assay;
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 10;
  if (pairs < 2)
    throw Error("usage: figures [PAIRS] [MODEL,...] [PROGRAM,...], with at least 2 pairs");
  const Tools tools{std::filesystem::canonical("/proc/self/exe").parent_path()};
  if (argc <= 3) print_starts(tools);
  fmt::print(
      "| program       | network       | ours / it, 95 %      | <=1.03 | fastest | peak MB     | "
      "within |\n"
      "| ------------- | ------------- | -------------------- | ------ | ------- | ----------- | "
      "------ |\n");
  for (const std::string& model : split(argc > 2 ? argv[2] : "resnet18", ','))
    for (const std::string& name : split(argc > 3 ? argv[3] : "onnxruntime,openvino", ','))
      compare_with(tools, rival_named(name), model, pairs);
} catch (const assay::Error& error) {
  fmt::print(stderr, "figures: {}\n", error.what());
  return 2;
}
