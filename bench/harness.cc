// SPDX-License-Identifier: MIT
// What the harness itself costs: the timed loop of the null worker on top of an empty loop, and the
// time from starting a worker to its hello. Prints both with their budgets; exit status 1 above
// one.
#include <fmt/format.h>

#include <cstdlib>

#include "base/clock.h"
#include "run/worker_process.h"
#include "run/workers.h"
#include "stats/quantile.h"

namespace {

using namespace assay;

constexpr double kOverheadBudgetNs = 1000;
constexpr double kHelloBudgetMs = 15;
constexpr int kRuns = 100'000;
constexpr int kStarts = 20;

double empty_loop_ns() {
  std::vector<int64_t> samples(kRuns);
  for (int64_t& sample : samples) {
    const int64_t start_ns = monotonic_ns();
    sample = monotonic_ns() - start_ns;
  }
  return median(samples);
}

std::unique_ptr<WorkerProcess> start_null() {
  WorkerOptions options;
  options.command = {find_worker("null").executable.string()};
  auto started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started)) {
    fmt::print(stderr, "null does not start: {}\n", failure->reason);
    std::exit(2);
  }
  return std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
}

double hello_ms() {
  std::vector<int64_t> starts(kStarts);
  for (int64_t& start : starts) {
    const int64_t before_ns = monotonic_ns();
    const auto worker = start_null();
    start = monotonic_ns() - before_ns;
  }
  return median(starts) * 1e-6;
}

nlohmann::json ask(WorkerProcess& worker, const nlohmann::json& message) {
  return std::get<nlohmann::json>(worker.request(message, 30));
}

double null_run_ns() {
  const auto worker = start_null();
  ask(*worker, {{"type", "load"}, {"request", LoadRequest{"none", {}}}});
  ask(*worker, {{"type", "open"}});
  nlohmann::json request = RunRequest{.sessions = {1}, .count = kRuns};
  request["type"] = "run";
  ask(*worker, request);
  return median(ask(*worker, request).get<RunReply>().samples_ns);
}

bool report(const char* what, double value, double budget, const char* unit) {
  fmt::print("{:<46} {:>9.3f} {:<2}  (budget {} {})\n", what, value, unit, budget, unit);
  return value <= budget;
}

}  // namespace

int main() {
  const double overhead_ns = null_run_ns() - empty_loop_ns();
  const bool overhead =
      report("harness per call over an empty loop, median", overhead_ns, kOverheadBudgetNs, "ns");
  const bool hello =
      report("worker from start to hello, median of 20", hello_ms(), kHelloBudgetMs, "ms");
  return overhead && hello ? 0 : 1;
}
