// SPDX-License-Identifier: MIT
// Prints how fast networks are built, analysed, written, read and computed by our own code, each
// figure with its budget; exit status 1 above one. Each is measured in a process of its own, so
// that its peak memory is its own; the time is the whole process's.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

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

int main() try {
  const TempDir folder;
  const auto file = [&](const char* name) { return folder.path() / name; };
  bool within = print("the whole zoo, built and analysed", in_child(analyse_zoo), 1);
  for (const auto& [name, budget_seconds] : {std::pair{"resnet50", 1.0}, {"nasnetalarge", 4.0}})
    within &= print(fmt::format("{} with seeded weights to ONNX on disk", name).c_str(),
                    in_child([&] { write_seeded(name, file("network.onnx")); }), budget_seconds);
  in_child([&] { write_500_mb(file("large.onnx")); });
  within &= print("500 MB model with external data, imported",
                  in_child([&] { import_it(file("large.onnx")); }), 0.5, 100);
  within &= print("squeezenet1_0 at 224 on the executor", in_child(execute_squeezenet), 5);
  return within ? 0 : 1;
} catch (const assay::Error& error) {
  fmt::print(stderr, "zoo_speed: {}\n", error.what());
  return 2;
}
