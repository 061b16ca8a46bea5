// SPDX-License-Identifier: MIT
// Prints the project's own figures: what the harness costs, how fast it starts, and whether `assay
// bench` says what a minimal loop over the engine's API says. Absolute times are this machine's;
// each comparison is interleaved in one run. Usage: figures [PAIRS] [MODEL]
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
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
#include "base/random.h"
#include "stats/quantile.h"
#include "stats/steady_state.h"

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

struct Tools {
  std::filesystem::path folder;  // of the programs
  std::string bench;             // the beginning of every bench command

  // The median that `assay bench` reports for one configuration, in nanoseconds.
  double assay_median_ns(const std::string& flags) const {
    const auto report =
        nlohmann::json::parse(output_of(bench + flags + " --format json --no-check"));
    return report.at("results").at(0).at("latency_ms").at("median").get<double>() * 1e6;
  }
};

void print_starts(const Tools& tools) {
  fmt::print("{}", output_of((tools.folder / "bench_harness").string()));
  const std::string list = (tools.folder / "assay").string() + " list models > /dev/null";
  fmt::print("assay list models {:.1f} ms, median of 21 (budget 30)\n",
             1e3 * median_seconds(21, [&] { output_of(list); }));
}

// The minimal loop's median over the same stretch of its series that assay would take of it.
double direct_median_ns(const std::string& command) {
  std::istringstream lines(output_of(command));
  const std::vector<double> samples(std::istream_iterator<double>{lines}, {});
  const size_t begin = steady_state(samples).begin.value_or(0);
  return median({samples.begin() + static_cast<ptrdiff_t>(begin), samples.end()});
}

// The logarithms of the ratios of `pairs` pairs. Each is of four processes in the order ABBA or, at
// random, BAAB, so that a machine that slows down evenly favours neither.
std::vector<double> log_ratios(int pairs, const std::function<double()>& a,
                               const std::function<double()>& b) {
  std::vector<double> logs;
  for (int pair = 0; pair < pairs; ++pair) {
    const bool a_first = random_u64(stream_key(1, "pairs"), static_cast<uint64_t>(pair)) & 1;
    double sum = 0;
    for (const bool outer : {true, false, false, true})
      sum += outer == a_first ? std::log(a()) : -std::log(b());
    logs.push_back(sum / 2);
  }
  return logs;
}

void print_ratio(const Tools& tools, const std::string& engine, const std::string& model,
                 int pairs) {
  const auto direct = tools.folder / ("direct_" + engine);
  if (!std::filesystem::exists(direct)) return;
  const TempDir folder;
  const std::string file = (folder.path() / "model.onnx").string();
  output_of(
      fmt::format("{} export {} --output {}", (tools.folder / "assay").string(), model, file));
  const std::string flags = fmt::format("{} --engine {} --threads 2 --max-time 1s", file, engine);
  const std::string loop = fmt::format("{} {} 2 1", direct.string(), file);
  const std::vector<double> logs = log_ratios(
      pairs, [&] { return tools.assay_median_ns(flags); }, [&] { return direct_median_ns(loop); });
  double mean = 0, squares = 0;
  for (const double log : logs) mean += log / pairs;
  for (const double log : logs) squares += (log - mean) * (log - mean);
  const double t = quantile(boost::math::students_t(pairs - 1), 0.975);
  const double half = t * std::sqrt(squares / (pairs - 1) / pairs);
  fmt::print(
      "{:<12} {:<14} assay / minimal loop  {:.4f}  95 % [{:.4f}, {:.4f}]  (budget [0.98, 1.02])\n",
      engine, model, std::exp(mean), std::exp(mean - half), std::exp(mean + half));
}

}  // namespace
}  // namespace assay

int main(int argc, char** argv) try {
  using namespace assay;
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 10;
  if (pairs < 2) throw Error("usage: figures [PAIRS] [MODEL], with at least 2 pairs");
  const std::string model = argc > 2 ? argv[2] : "resnet18";
  const TempDir store;
  Tools tools;
  tools.folder = std::filesystem::canonical("/proc/self/exe").parent_path();
  tools.bench =
      fmt::format("{} bench --store {} ", (tools.folder / "assay").string(), store.path().string());
  print_starts(tools);
  for (const char* engine : {"onnxruntime", "openvino"}) print_ratio(tools, engine, model, pairs);
} catch (const assay::Error& error) {
  fmt::print(stderr, "figures: {}\n", error.what());
  return 2;
}
