// SPDX-License-Identifier: MIT
// Prints how fast networks are built, analysed, written, read and computed by our own code, each
// figure with its budget; exit status 1 above one. Each is measured in a process of its own, so
// that its peak memory is its own; the time is the whole process's. Then the same counts by fvcore,
// side by side, where PYTHON (python3) has it. Usage: zoo_speed [PYTHON]
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "graph/cost.h"
#include "graph/execute.h"
#include "onnx/onnx.h"
#include "zoo/zoo.h"

namespace {

using namespace assay;

struct Used {
  double wall_seconds = 0;
  double cpu_seconds = 0;
  double peak_mb = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

Used in_child(const std::function<void()>& work) {
  const int64_t start_ns = monotonic_ns();
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child || status != 0)
    throw Error("the work was not done");
  return {1e-9 * static_cast<double>(monotonic_ns() - start_ns),
          seconds(usage.ru_utime) + seconds(usage.ru_stime),
          1e-3 * static_cast<double>(usage.ru_maxrss)};
}

void analyse_zoo() {
  for (const ZooEntry& entry : zoo()) ASSAY_CHECK(!analyse(build(entry)).layers.empty());
}

void write_seeded(const char* name, const std::filesystem::path& file) {
  Graph graph = build(*find_in_zoo(name));
  fill_seeded(graph);
  write_onnx(graph, file);
}

// Five linear layers of 100 MB each, in an external file.
void write_500_mb(const std::filesystem::path& file) {
  constexpr int64_t kSide = 5000;
  Graph graph("large");
  ValueId value = graph.input("x", DType::f32, {1, kSide});
  for (int i = 0; i < 5; ++i) {
    const std::vector<float> weights(kSide * kSide, 1e-3f * static_cast<float>(i + 1));
    const ValueId weight = graph.constant(fmt::format("w{}", i), make_f32({kSide, kSide}, weights));
    value = graph.add("MatMul", fmt::format("y{}", i), {value, weight});
  }
  graph.output(value);
  write_onnx(graph, file, {.largest_inline_bytes = 0});
}

void import_it(const std::filesystem::path& file) {
  const Graph graph = read_onnx(file);
  ASSAY_CHECK(graph.nodes().size() == 5);
}

void execute_squeezenet() {
  Graph graph = build(*find_in_zoo("squeezenet1_0"));
  fill_seeded(graph);
  const std::vector<float> ones(3 * 224 * 224, 1.0f);
  ASSAY_CHECK(execute(graph, {{"input", make_f32({1, 3, 224, 224}, ones)}}).size() == 1);
}

struct Count {
  int64_t macs = 0;
  double seconds = 0;
};
using Counts = std::map<std::string, Count>;

Counts counts_of_ours() {
  Counts counts;
  for (const ZooEntry& entry : zoo()) {
    if (entry.source != "torchvision") continue;
    const int64_t start_ns = monotonic_ns();
    const int64_t macs = analyse(build(entry)).macs;
    counts[entry.name] = {macs, 1e-9 * static_cast<double>(monotonic_ns() - start_ns)};
  }
  return counts;
}

// Of the same networks; empty where fvcore or torchvision is missing, which it says itself.
Counts counts_of_fvcore(const std::string& python, const Counts& networks) {
  std::string command = python + " " ASSAY_FVCORE_COUNTS;
  for (const auto& [name, count] : networks) command += " " + name;
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSAY_CHECK(pipe);
  std::string text;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  if (::pclose(pipe) != 0) return {};
  Counts counts;
  std::istringstream lines(text);
  std::string name;
  for (Count count; lines >> name >> count.macs >> count.seconds;) counts[name] = count;
  return counts;
}

void compare_with_fvcore(const std::string& python) {
  const Counts ours = counts_of_ours();
  const Counts theirs = counts_of_fvcore(python, ours);
  if (theirs.empty()) {
    fmt::print(
        "fvcore: not compared, because '{}' lacks it or torchvision (pip install fvcore "
        "torchvision, for this benchmark alone)\n",
        python);
    return;
  }
  double our_seconds = 0, their_seconds = 0;
  size_t equal = 0;
  for (const auto& [name, count] : theirs) {
    our_seconds += ours.at(name).seconds;
    their_seconds += count.seconds;
    equal += ours.at(name).macs == count.macs;
    if (ours.at(name).macs != count.macs)
      fmt::print("fvcore: {} has {} MACs there, {} here\n", name, count.macs, ours.at(name).macs);
  }
  fmt::print(
      "counts of {} torchvision networks: ours {:.3f} s (building included), fvcore {:.1f} s "
      "(building not), {:.0f} times; {} counts are equal\n",
      theirs.size(), our_seconds, their_seconds, their_seconds / our_seconds, equal);
}

// True within the budgets; without a budget of memory it is only shown.
bool print(const char* what, const Used& used, double budget_seconds, double budget_mb = 1e9) {
  const bool within = used.wall_seconds <= budget_seconds && used.peak_mb < budget_mb;
  fmt::print("{:<52} {:6.2f} s (budget {}), CPU {:.2f} s, peak {:.0f} MB{}{}\n", what,
             used.wall_seconds, budget_seconds, used.cpu_seconds, used.peak_mb,
             budget_mb < 1e9 ? fmt::format(" (budget {})", budget_mb) : "",
             within ? "" : "  ABOVE BUDGET");
  return within;
}

}  // namespace

int main(int argc, char** argv) try {
  const TempDir folder;
  const auto file = [&](const char* name) { return folder.path() / name; };
  bool within = print("the whole zoo, built and analysed", in_child(analyse_zoo), 1);
  for (const auto& budget : {std::pair{"resnet50", 1.0}, {"nasnetalarge", 4.0}})
    within &=
        print(fmt::format("{} with seeded weights to ONNX on disk", budget.first).c_str(),
              in_child([&] { write_seeded(budget.first, file("network.onnx")); }), budget.second);
  in_child([&] { write_500_mb(file("large.onnx")); });
  within &= print("500 MB model with external data, imported",
                  in_child([&] { import_it(file("large.onnx")); }), 0.5, 100);
  within &= print("squeezenet1_0 at 224 on the executor", in_child(execute_squeezenet), 5);
  std::fflush(stdout);
  compare_with_fvcore(argc > 1 ? argv[1] : "python3");
  return within ? 0 : 1;
} catch (const assay::Error& error) {
  fmt::print(stderr, "zoo_speed: {}\n", error.what());
  return 2;
}
