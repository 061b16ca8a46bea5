// SPDX-License-Identifier: MIT
// Prints the project's own figures: what the harness costs, how fast it starts, and whether `assay
// bench` says what a minimal loop over the engine's API says. Absolute times are this machine's;
// each comparison is interleaved in one run. Usage: figures [PAIRS] [MODEL] [ENGINE,...] [FLAGS]:
// FLAGS are for `assay bench`; what they change the minimal loop has to have from the environment.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
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

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile(values, 0.5);
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

// One process: its median, and the peak of its resident memory.
struct Timed {
  double median_ns = 0, peak_mb = 0;
};

struct Tools {
  std::filesystem::path folder;  // of the programs
  std::string bench;             // the beginning of every bench command

  // What `assay bench` reports for one configuration.
  Timed of_assay(const std::string& flags) const {
    const auto report =
        nlohmann::json::parse(output_of(bench + flags + " --format json --no-check"));
    const auto& row = report.at("results").at(0);
    return {row.at("latency_ms").at("median").get<double>() * 1e6,
            row.at("peak_rss_bytes").get<double>() * 1e-6};
  }
};

void print_starts(const Tools& tools) {
  fmt::print("{}", output_of((tools.folder / "bench_harness").string()));
  const std::string list = (tools.folder / "assay").string() + " list models > /dev/null";
  fmt::print("assay list models {:.1f} ms, median of 21 (budget 30)\n",
             1e3 * median_seconds(21, [&] { output_of(list); }));
}

// What the minimal loop prints, its median over the same stretch of its series that assay would
// take of it.
Timed of_loop(const std::string& command) {
  const std::string printed = output_of(command);
  const size_t peak = printed.find("peak ");
  std::istringstream lines(printed.substr(0, peak));
  const std::vector<double> samples(std::istream_iterator<double>{lines}, {});
  const size_t begin = steady_state(samples).begin.value_or(0);
  return {median({samples.begin() + static_cast<ptrdiff_t>(begin), samples.end()}),
          std::stod(printed.substr(peak + 5)) * 1e-6};
}

struct Pairs {
  std::vector<double> log_ratios, peaks_a, peaks_b;
};

// Each pair is of four processes in the order ABBA or, at random, BAAB, so that a machine that
// slows down evenly favours neither.
Pairs measure_pairs(int count, const std::function<Timed()>& a, const std::function<Timed()>& b) {
  Pairs pairs;
  for (int pair = 0; pair < count; ++pair) {
    const bool a_first = random_u64(stream_key(1, "pairs"), static_cast<uint64_t>(pair)) & 1;
    double sum = 0;
    for (const bool outer : {true, false, false, true}) {
      const bool is_a = outer == a_first;
      const Timed timed = is_a ? a() : b();
      sum += (is_a ? 1 : -1) * std::log(timed.median_ns);
      (is_a ? pairs.peaks_a : pairs.peaks_b).push_back(timed.peak_mb);
    }
    pairs.log_ratios.push_back(sum / 2);
  }
  return pairs;
}

// The median of the ratios, with the interval that `assay compare` would give them: of 10 pairs,
// from the second smallest to the second largest.
std::string ratio_of(const std::vector<double>& logs) {
  std::vector<double> ratios;
  for (const double log : logs) ratios.push_back(std::exp(log));
  const auto interval = process_interval(ratios);
  std::string text = fmt::format("{:.4f}", median(ratios));
  if (interval) text += fmt::format("  95 % [{:.4f}, {:.4f}]", interval->low, interval->high);
  return text;
}

struct Comparison {
  std::string engine, model, flags;
  int pairs = 0;
};

void print_ratio(const Tools& tools, const Comparison& wanted) {
  const auto direct = tools.folder / ("direct_" + wanted.engine);
  if (!std::filesystem::exists(direct)) return;
  const TempDir folder;
  const std::string file = (folder.path() / (wanted.model + ".onnx")).string();
  output_of(fmt::format("{} export {} --output {}", (tools.folder / "assay").string(), wanted.model,
                        file));
  if (wanted.engine == "libtorch")  // its own form of the network comes from PyTorch
    output_of(fmt::format("{} {} save {}/{}.pt", (tools.folder / "direct_pytorch").string(), file,
                          folder.path().string(), wanted.model));
  const std::string flags =
      fmt::format("{} --engine {} --threads 2 --max-time 1s {}", file, wanted.engine, wanted.flags);
  const std::string loop = fmt::format("{} {} 2 1", direct.string(), file);
  const Pairs pairs = measure_pairs(
      wanted.pairs, [&] { return tools.of_assay(flags); }, [&] { return of_loop(loop); });
  fmt::print(
      "{:<12} {:<14} assay / minimal loop  {}  (budget [0.98, 1.02])  peak {:.0f} / {:.0f} MB\n",
      wanted.engine, wanted.model, ratio_of(pairs.log_ratios), median(pairs.peaks_a),
      median(pairs.peaks_b));
  std::fflush(stdout);
}

}  // namespace
}  // namespace assay

int main(int argc, char** argv) try {
  using namespace assay;
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 10;
  if (pairs < 2)
    throw Error("usage: figures [PAIRS] [MODEL] [ENGINE,...] [FLAGS], with at least 2 pairs");
  const std::string model = argc > 2 ? argv[2] : "resnet18";
  const TempDir store;
  Tools tools;
  tools.folder = std::filesystem::canonical("/proc/self/exe").parent_path();
  tools.bench =
      fmt::format("{} bench --store {} ", (tools.folder / "assay").string(), store.path().string());
  if (argc <= 3) print_starts(tools);
  for (const std::string& engine : split(argc > 3 ? argv[3] : "onnxruntime,openvino", ','))
    print_ratio(tools, {engine, model, argc > 4 ? argv[4] : "", pairs});
} catch (const assay::Error& error) {
  fmt::print(stderr, "figures: {}\n", error.what());
  return 2;
}
