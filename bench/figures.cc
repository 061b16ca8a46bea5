// SPDX-License-Identifier: MIT
// Prints the project's own figures: what the harness costs, how fast it starts, and whether `assay
// bench` says what each engine's own shortest program says (bench/direct/), which goes for time and
// for memory. Absolute times are this machine's; each comparison is interleaved in one run, on all
// cores. Usage: figures [PAIRS] [MODEL,...] [PROGRAM,...] [FLAGS]. A PROGRAM is an engine or
// benchmark_app, which is compared with openvino; one that is not there is left out with a
// sentence. FLAGS are for `assay bench`; what they change the other program has to have from the
// environment.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "stats/quantile.h"
#include "stats/steady_state.h"
#include "stats/summary.h"

namespace assay {
namespace {

// The last line that says something.
std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of(" \n");
  if (end == std::string::npos) return "it says nothing";
  const size_t before = text.find_last_of('\n', end);
  return text.substr(before == std::string::npos ? 0 : before + 1, end - before);
}

// What it prints, which says also how it failed if it prints anything.
std::string output_of(const std::string& command) {
  const TempDir said;
  const std::string errors = (said.path() / "stderr").string();
  FILE* pipe = ::popen((command + " 2> " + errors).c_str(), "r");
  ASSAY_CHECK(pipe);
  std::string text;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  if (::pclose(pipe) != 0 && text.empty())
    throw Error("'{}' failed: {}", command, last_line(read_file(errors)));
  return text;
}

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

// One process: its median and its fastest call, and the peak of its resident memory.
struct Timed {
  double median_ns = 0, min_ns = 0, peak_mb = 0;
};

struct Tools {
  std::filesystem::path folder;  // of the programs
  std::filesystem::path store;
  unsigned cores = std::thread::hardware_concurrency();

  std::string program(std::string_view name) const { return (folder / name).string(); }

  // What `assay bench` reports for one configuration.
  Timed of_assay(const std::string& flags) const {
    const auto report = nlohmann::json::parse(
        output_of(fmt::format("{} bench --store {} --threads {} --format json --no-check {}",
                              program("assay"), store.string(), cores, flags)));
    const auto& row = report.at("results").at(0);
    if (row.at("outcome") != "ok") throw Error(row.at("reason").get<std::string>());
    const auto& latency_ms = row.at("latency_ms");
    return {latency_ms.at("median").get<double>() * 1e6, latency_ms.at("min").get<double>() * 1e6,
            row.at("peak_rss_bytes").get<double>() * 1e-6};
  }
};

void print_starts(const Tools& tools) {
  fmt::print("{}", output_of(tools.program("bench_harness")));
  const std::string list = tools.program("assay") + " list models > /dev/null";
  fmt::print("assay list models {:.1f} ms, median of 21 (budget 30)\n",
             1e3 * median_seconds(21, [&] { output_of(list); }));
}

// What a direct program prints: its median over the same stretch of its series that assay would
// take of it. Some engines print words of their own in between.
Timed of_loop(const std::string& command) {
  const std::string printed = output_of(command);
  const size_t peak = printed.rfind("peak ");
  std::istringstream lines(printed.substr(0, peak));
  std::vector<double> samples;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line.find_first_not_of("0123456789.") == line.npos)
      samples.push_back(std::stod(line));
  if (peak == printed.npos || samples.empty()) throw Error("'{}' prints no times", command);
  const size_t begin = steady_state(samples).begin.value_or(0);
  return {median(std::span(samples).subspan(begin)), *std::ranges::min_element(samples),
          std::stod(printed.substr(peak + 5)) * 1e-6};
}

struct Pairs {
  std::vector<double> ratios;
  std::vector<Timed> a, b;  // every process

  // The ratio of the fastest calls of all, which a busy machine disturbs least.
  double fastest() const {
    return std::ranges::min_element(a, {}, &Timed::min_ns)->min_ns /
           std::ranges::min_element(b, {}, &Timed::min_ns)->min_ns;
  }
};

double median_peak_mb(const std::vector<Timed>& processes) {
  std::vector<double> peaks;
  for (const Timed& process : processes) peaks.push_back(process.peak_mb);
  return median(peaks);
}

// Two pairs in a row are in the order ABBA or, at random, BAAB, so that a machine that slows down
// evenly favours neither.
Pairs measure_pairs(int count, const std::function<Timed()>& a, const std::function<Timed()>& b) {
  Pairs pairs;
  for (int pair = 0; pair < count; ++pair) {
    const uint64_t block = static_cast<uint64_t>(pair / 2);
    const bool a_first = (random_u64(stream_key(1, "pairs"), block) & 1) == (pair & 1u);
    if (a_first) pairs.a.push_back(a());
    pairs.b.push_back(b());
    if (!a_first) pairs.a.push_back(a());
    pairs.ratios.push_back(pairs.a.back().median_ns / pairs.b.back().median_ns);
  }
  return pairs;
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
                             {"pytorch", "pytorch", ".onnx", ""},
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

// A ratio's budget: assay's time within 3 % of the program's, or less; its memory within 5 % + 20
// MB. With an interval, the whole of it.
void print_row(const Rival& rival, const std::string& model, const Pairs& pairs) {
  // As `assay compare` would give it: of 10 pairs, from the second smallest to the second largest.
  const Interval interval = process_interval(pairs.ratios).value();
  const double ours = median_peak_mb(pairs.a), theirs = median_peak_mb(pairs.b);
  fmt::print(
      "| {:<13} | {:<13} | {:.3f} [{:.3f}, {:.3f}] | {:<6} | {:.3f}   | {:>4.0f} / {:<4.0f} | "
      "{:<6} |\n",
      rival.name, model, median(pairs.ratios), interval.low, interval.high,
      interval.high <= 1.03 ? "yes" : "no", pairs.fastest(), ours, theirs,
      ours <= theirs * 1.05 + 20 ? "yes" : "no");
}

struct Comparison {
  std::string model, flags;
  int pairs = 0;
};

void print_comparison(const Tools& tools, const Rival& rival, const Comparison& wanted) try {
  const std::string direct = tools.program(fmt::format("direct_{}", rival.name));
  if (!std::filesystem::exists(direct))
    throw Error("the engine is not installed (assay list engines)");
  const TempDir folder;
  ::setenv("XDG_CACHE_HOME", folder.path().c_str(), 1);  // where workers keep what they convert
  const std::string file = (folder.path() / (wanted.model + ".onnx")).string();
  output_of(fmt::format("{} export {} --output {}", tools.program("assay"), wanted.model, file));
  if (!rival.maker.empty())
    output_of(fmt::format("{}{} {} save", tools.program("direct_"), rival.maker, file));
  const std::string flags =
      fmt::format("{} --engine {} --max-time 1s {}", file, rival.engine, wanted.flags);
  tools.of_assay(flags);
  const std::string loop =
      fmt::format("{} {} {} 1", direct, file_ending_in(rival.form, folder.path()), tools.cores);
  print_row(
      rival, wanted.model,
      measure_pairs(
          wanted.pairs, [&] { return tools.of_assay(flags); }, [&] { return of_loop(loop); }));
  std::fflush(stdout);
} catch (const Error& error) {
  fmt::print("| {:<13} | {:<13} | left out: {}\n", rival.name, wanted.model, error.what());
}

}  // namespace
}  // namespace assay

int main(int argc, char** argv) try {
  using namespace assay;
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 10;
  if (pairs < 2)
    throw Error("usage: figures [PAIRS] [MODEL,...] [PROGRAM,...] [FLAGS], with at least 2 pairs");
  const TempDir store;
  const Tools tools{std::filesystem::canonical("/proc/self/exe").parent_path(), store.path()};
  if (argc <= 3) print_starts(tools);
  fmt::print(
      "| program       | network       | assay / it, 95 %     | <=1.03 | fastest | peak MB     | "
      "within |\n"
      "| ------------- | ------------- | -------------------- | ------ | ------- | ----------- | "
      "------ |\n");
  for (const std::string& model : split(argc > 2 ? argv[2] : "resnet18", ','))
    for (const std::string& name : split(argc > 3 ? argv[3] : "onnxruntime,openvino", ','))
      print_comparison(tools, rival_named(name), {model, argc > 4 ? argv[4] : "", pairs});
} catch (const assay::Error& error) {
  fmt::print(stderr, "figures: {}\n", error.what());
  return 2;
}
