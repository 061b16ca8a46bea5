// SPDX-License-Identifier: MIT
// Proves the method on series whose truth is known, and prints what it found as Markdown. Takes
// minutes, and comes out the same each time. Exit status 1 when a target is missed or the page says
// otherwise.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "calibration/page.h"
#include "calibration/proofs.h"
#include "calibration/real.h"

namespace {

using namespace assay::calibration;

struct Proof {
  const char* name;
  Table (*make)(double effort);
};
constexpr Proof kProofs[] = {
    {"coverage", coverage_of_quantiles},
    {"stopping", coverage_when_stopped},
    {"processes", coverage_of_processes},
    {"doubts", doubts_without_steady_state},
    {"differences", differences},
    {"verdicts", verdicts},
    {"queues", queues},
    {"pairing", pairing},
};

struct Flags {
  double effort = 1;
  std::vector<std::string> only, engines{"onnxruntime", "openvino"};
  std::string write, check;
  RealPlan real{.comparisons = 0};
  bool real_time = false;
};

bool wanted(const Flags& flags, const char* name) {
  return flags.only.empty() || std::ranges::count(flags.only, name) > 0;
}

bool show(const Table& table) {
  fmt::print("{}\n", as_markdown(table));
  std::fflush(stdout);
  return table.held();
}

bool prove(const Flags& flags) {
  const std::string file = flags.write.empty() ? flags.check : flags.write;
  const std::string before = file.empty() ? "" : assay::read_file(file);
  std::string page = before;
  bool held = true;
  for (const Proof& proof : kProofs) {
    if (!wanted(flags, proof.name)) continue;
    const Table table = proof.make(flags.effort);
    held = show(table) && held;
    if (!file.empty()) page = with_part(page, proof.name, as_markdown(table));
  }
  if (!flags.write.empty()) assay::write_file(file, page);
  if (flags.check.empty() || page == before) return held;
  fmt::print(stderr, "{} says otherwise; calibration --write {} mends it\n", file, file);
  return false;
}

bool measure(const Flags& flags) {
  bool held = true;
  if (flags.real_time) held = show(real_queue());
  for (const std::string& engine : flags.engines) {
    if (flags.real.comparisons == 0) break;
    RealPlan plan = flags.real;
    plan.engine = engine;
    held = show(compare_alike(plan)) && held;
  }
  return held;
}

}  // namespace

int main(int count, char** arguments) {
  Flags flags;
  CLI::App app("Proves the statistics on series whose truth is known.");
  app.add_option("--effort", flags.effort, "share of the repetitions; the page is made with 1")
      ->check(CLI::Range(0.001, 100.0));
  app.add_option("--only", flags.only, "coverage, stopping, processes, doubts, ...");
  app.add_option("--write", flags.write, "put the tables into this page, between its markers");
  app.add_option("--check", flags.check, "fail when this page has other tables");
  app.add_option("--real", flags.real.comparisons,
                 "so many comparisons of a network with itself on real engines instead");
  app.add_option("--engine", flags.engines, "for --real")->delimiter(',');
  app.add_option("--model", flags.real.model, "for --real");
  app.add_option("--seconds", flags.real.seconds, "of one comparison, for --real");
  app.add_flag("--real-time", flags.real_time, "the queue of the null engine in real time instead");
  CLI11_PARSE(app, count, arguments);
  try {
    const bool real = flags.real.comparisons > 0 || flags.real_time;
    return (real ? measure(flags) : prove(flags)) ? 0 : 1;
  } catch (const assay::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
