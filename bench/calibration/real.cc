// SPDX-License-Identifier: MIT
#include "real.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/files.h"
#include "prepare/prepare.h"
#include "run/paired_rounds.h"
#include "run/paired_run.h"
#include "stats/md1.h"
#include "stats/summary.h"

namespace assay::calibration {
namespace {

constexpr double kSlowDown = 1.05;
constexpr double kNormal95 = 1.96;

RunOptions options_for(const RealPlan& plan, int number) {
  RunOptions options;
  options.max_seconds = plan.seconds / 2;  // of a side that is measured alone
  options.seed = static_cast<uint64_t>(number);
  options.check_output = false;
  return options;
}

void expect_ok(const Measurement& measurement) {
  if (measurement.outcome != Outcome::ok)
    throw Error("{}: {}", measurement.configuration.engine, measurement.reason);
}

Measurement slowed_down(Measurement measurement) {
  for (ProcessSamples& process : measurement.processes)
    for (int64_t& ns : process.latency_ns) ns = std::llround(static_cast<double>(ns) * kSlowDown);
  return measurement;
}

struct Verdicts {
  Share differs, slower;

  void count(Verdict verdict) {
    differs.count(verdict == Verdict::slower || verdict == Verdict::faster);
    slower.count(verdict == Verdict::slower);
  }
};

// Mean of one process and the standard error that its samples, taken as independent, give it.
struct Mean {
  double value = 0, error = 0;
};

Mean mean_of(const Measurement& measurement, double factor) {
  const auto samples = steady_latencies_ms(measurement).at(0);
  const auto count = static_cast<double>(samples.size());
  const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) / count;
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  return {factor * mean, factor * std::sqrt(squares / (count - 1) / count)};
}

Verdict verdict_of_means(const Mean& a, const Mean& b) {
  const double distance = (b.value - a.value) / std::hypot(a.error, b.error);
  if (std::fabs(distance) < kNormal95) return Verdict::cannot_tell;
  return distance > 0 ? Verdict::slower : Verdict::faster;
}

Job job_of(const RealPlan& plan) {
  Job job;
  ModelSpec spec;
  spec.name = plan.model;
  job.model = prepare(spec, user_cache_dir() / "models");
  job.configuration.model = job.model.name;
  job.configuration.model_sha256 = job.model.sha256;
  job.configuration.input = job.model.input;
  job.configuration.engine = plan.engine;
  return job;
}

void add(Table& table, const char* what, const Verdicts& alike, const Verdicts& slowed,
         bool judged) {
  const bool held = alike.differs.value() <= 0.1 && slowed.slower.value() >= 0.95;
  table.findings.push_back({{what, fmt::format("{} of {}", alike.differs.hits, alike.differs.of),
                             fmt::format("{} of {}", slowed.slower.hits, slowed.slower.of)},
                            held || !judged});
}

}  // namespace

Table compare_alike(const RealPlan& plan) {
  const Job job = job_of(plan);
  const Job both[] = {job, job};
  Verdicts alike, slowed, means_alike, means_slowed;
  std::vector<double> paired_widths, paired_counts;
  for (int i = 0; i < plan.comparisons; ++i) {
    const RunOptions options = options_for(plan, i);
    const PairedRun run = measure_paired(both, options, {.max_seconds = plan.seconds});
    for (const Measurement& side : run.measured) expect_ok(side);
    const Comparison comparison = run.against.front().comparison.value();
    if (comparison.ci95)
      paired_widths.push_back((comparison.ci95->high - comparison.ci95->low) / 2);
    paired_counts.push_back(static_cast<double>(comparison.pairs));
    alike.count(verdict_of(comparison, 0));
    const Measurement slower = slowed_down(run.measured[1]);
    slowed.count(verdict_of(compare_paired(paired_rounds(run.measured[0], slower)).value(), 0));
    const Measurement a = measure(job, options), b = measure(job, options);
    means_alike.count(verdict_of_means(mean_of(a, 1), mean_of(b, 1)));
    means_slowed.count(verdict_of_means(mean_of(a, 1), mean_of(b, kSlowDown)));
  }
  Table table{
      fmt::format("{} on {}, one thread, compared with itself; {:g} s for both, threshold "
                  "0 %; median half width {:.2f} %, of {:.0f} pairs.",
                  plan.model, plan.engine, plan.seconds,
                  paired_widths.empty() ? 0 : 100 * median(paired_widths), median(paired_counts)),
      {"method", "alike, said to differ", "5 % slower, found"},
      "at most 10 of 100, and at least 95 of 100; the means are for the record"};
  add(table, "assay compare", alike, slowed, true);
  add(table, "one after the other, means", means_alike, means_slowed, false);
  return table;
}

Table real_queue() {
  Table table{"The server scenario in real time: the null engine, 1 ms a call, 20 s.",
              {"condition", "p99 found", "p99 to be found"},
              "within 10 % of the analytic M/D/1 queue"};
  for (const double load : {0.5, 0.7}) {
    Job job;
    job.model.name = "nothing";
    job.model.sha256 = "0";
    job.model.input = {{"input", {1, 1}}};
    job.configuration.engine = "null";
    job.configuration.options = {{"latency_us", "1000"}};
    job.configuration.scenario = Scenario::server;
    job.configuration.rate_per_s = 1000 * load;
    RunOptions options;
    options.max_seconds = 20;
    options.references.emplace();
    const Measurement measured = measure(job, options);
    expect_ok(measured);
    const auto p99 = summarize(steady_latencies_ms(measured)).value().p99.value();
    const double truth = md1_quantile(0.99, load);
    table.findings.push_back(
        {{fmt::format("load {:.1f}", load),
          fmt::format("{:.2f} ms [{:.2f}, {:.2f}]", p99.value, p99.ci95 ? p99.ci95->low : 0,
                      p99.ci95 ? p99.ci95->high : 0),
          fmt::format("{:.2f} ms", truth)},
         std::fabs(p99.value / truth - 1) <= 0.1});
  }
  return table;
}

}  // namespace assay::calibration
