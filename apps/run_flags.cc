// SPDX-License-Identifier: MIT
#include "run_flags.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/units.h"

namespace assay {
namespace {

constexpr const char* kDefaultTime = "2s";
constexpr const char* kTimeForTarget = "30s";

double target_of(const RunFlags& flags) {
  if (flags.ci_target.empty()) return 0;
  const double target = parse_fraction(flags.ci_target);
  if (target <= 0 || target >= 1)
    throw Error(
        "--ci-target '{}' is no target: write a percentage above 0 % and below 100 %, such as "
        "0.5%",
        flags.ci_target);
  return target;
}

}  // namespace

void add_run_flags(CLI::App& app, RunFlags& flags) {
  app.add_option("--max-time", flags.max_time,
                 "sampling time of one configuration; loading and warm-up come on top")
      ->default_str(fmt::format("{}, or {} with --ci-target", kDefaultTime, kTimeForTarget));
  app.add_option("--ci-target", flags.ci_target,
                 "stop when the 95 % interval of the median is as narrow as this, such as 0.5%; "
                 "exit 3 when a row does not get there within --max-time");
  app.add_option("--arrival-seed", flags.arrival_seed,
                 "seed of the times at which the queries of a server arrive")
      ->capture_default_str();
  app.add_option("--warmup", flags.warmup, "most time that warm-up may take")
      ->capture_default_str();
  app.add_option("--processes", flags.processes,
                 "fresh processes per configuration, the unit of replication")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--load-deadline", flags.load_deadline, "a load that takes longer is timed_out")
      ->capture_default_str();
  app.add_option("--run-deadline", flags.run_deadline,
                 "an answer that takes longer than this on top of the time asked for is timed_out")
      ->capture_default_str();
  app.add_option("--memory-cap", flags.memory_cap, "a worker that grows above it is out_of_memory")
      ->default_str("80% of what is usable");
  app.add_flag("--no-check", flags.no_check, "do not compare outputs with the reference");
  app.add_flag("--fake-clock", flags.fake_clock)->group("");  // exact samples, for golden files
}

RunOptions run_options(const RunFlags& flags) {
  RunOptions options;
  options.ci_target = target_of(flags);
  const char* default_time = flags.ci_target.empty() ? kDefaultTime : kTimeForTarget;
  options.max_seconds = parse_seconds(flags.max_time.empty() ? default_time : flags.max_time);
  if (options.max_seconds <= 0)
    throw Error("--max-time must be more than 0, not '{}'", flags.max_time);
  options.arrival_seed = flags.arrival_seed;
  options.warmup_seconds = parse_seconds(flags.warmup);
  options.processes = flags.processes;
  options.check_output = !flags.no_check;
  options.deadlines.load = parse_seconds(flags.load_deadline);
  options.deadlines.run = parse_seconds(flags.run_deadline);
  if (!flags.memory_cap.empty()) options.memory_cap_bytes = parse_bytes(flags.memory_cap);
  options.fake_clock = flags.fake_clock;
  return options;
}

std::string flags_of(const RunFlags& flags, Scenario scenario) {
  std::string text;
  const RunFlags defaults;
  if (!flags.ci_target.empty()) text += " --ci-target " + flags.ci_target;
  if (!flags.max_time.empty()) text += " --max-time " + flags.max_time;
  if (flags.arrival_seed && scenario == Scenario::server)
    text += fmt::format(" --arrival-seed {}", flags.arrival_seed);
  if (flags.warmup != defaults.warmup) text += " --warmup " + flags.warmup;
  if (flags.processes != defaults.processes)
    text += fmt::format(" --processes {}", flags.processes);
  if (!flags.memory_cap.empty()) text += " --memory-cap " + flags.memory_cap;
  return text;
}

}  // namespace assay
