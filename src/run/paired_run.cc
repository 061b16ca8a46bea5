// SPDX-License-Identifier: MIT
#include "run/paired_run.h"

#include <algorithm>
#include <numbers>

#include "base/error.h"
#include "run/interleaving.h"
#include "run/paired_rounds.h"
#include "run/schedule.h"
#include "run/series_judgement.h"
#include "stats/replication.h"

namespace assay {
namespace {

// Of the sampling time, for the first pairs; what is left is for those that turn out to be needed.
constexpr double kFirstShare = 0.5;

class Pairing {
 public:
  Pairing(std::span<const Job> jobs, const RunOptions& options, const PairedOptions& paired)
      : x_live(jobs, options),
        x_stop(options.stop),
        x_fake(options.fake_clock),
        x_paired(paired),
        x_target{paired.ci_target, confidence_of_each(jobs.size() - 1)} {}

  PairedRun run() {
    first_pairs();
    if (x_paired.pairs == 0 && !x_fake)
      for (Replication stage; (stage = next()).pairs > 0;)
        for (; stage.pairs > 0 && !over(); --stage.pairs)
          run_pair(static_cast<double>(stage.rounds) * side_seconds());
    return judged();
  }

 private:
  void first_pairs() {
    const auto needed = static_cast<int>(claim_pairs(x_target.confidence));
    const int count = x_paired.pairs > 0 ? x_paired.pairs : needed;
    const double share = x_paired.pairs > 0 ? 1 : kFirstShare;
    const double seconds =
        share * x_paired.max_seconds / count / static_cast<double>(x_live.size());
    x_burst_seconds = burst_seconds(seconds);
    for (int i = 0; i < count && (i == 0 || !over()); ++i) run_pair(seconds);
    x_later_seconds = 0;
  }

  void run_pair(double seconds) {
    const StepCost cost = x_live.run_process({seconds, x_burst_seconds});
    x_steps += 1;
    x_fixed_seconds += cost.fixed_seconds;
    x_rounds_seconds += cost.rounds_seconds;
    x_rounds += static_cast<double>(cost.rounds);
    x_later_seconds += cost.fixed_seconds + cost.rounds_seconds;
  }

  // A round of one side, on average.
  double side_seconds() const {
    return sampled_seconds() / x_rounds / static_cast<double>(x_live.size());
  }

  double sampled_seconds() const {
    double seconds = 0;
    for (size_t i = 0; i < x_live.size(); ++i)
      for (const ProcessSamples& process : x_live.processes(i)) seconds += process.wall_seconds;
    return seconds;
  }

  bool over() const {
    if (x_stop && *x_stop) return true;
    bool any = false;
    for (size_t i = 1; i < x_live.size(); ++i) any = any || !x_live.ended(i);
    return x_live.ended(0) || !any || sampled_seconds() >= x_paired.max_seconds;
  }

  // What the comparison that lacks most lacks.
  Replication next() {
    Replication most;
    if (over() || x_rounds == 0) return most;
    const PairCosts costs{x_fixed_seconds / x_steps, x_rounds_seconds / x_rounds};
    const double left =
        std::min(x_paired.max_seconds - sampled_seconds(), x_paired.max_seconds - x_later_seconds);
    for (size_t i = 1; i < x_live.size(); ++i) {
      if (x_live.ended(i)) continue;
      const Replication stage = next_stage(pairs(i), costs, x_target, left);
      if (stage.pairs > most.pairs) most = stage;
    }
    return most;
  }

  std::vector<PairedRounds> pairs(size_t job) const {
    std::vector<ProcessSamples> a = x_live.processes(0), b = x_live.processes(job);
    for (auto* side : {&a, &b})
      for (ProcessSamples& process : *side) find_steady_part(process);
    return paired_rounds(a, b);
  }

  PairedRun judged() {
    PairedRun run;
    run.measured = x_live.take();
    const auto drifts = [](const Measurement& side) {
      return std::ranges::any_of(side.doubts, [](Doubt doubt) {
        return doubt == Doubt::drifting || doubt == Doubt::no_steady_state;
      });
    };
    const Measurement& base = run.measured.front();
    for (size_t i = 1; i < run.measured.size(); ++i) {
      const Measurement& other = run.measured[i];
      PairedResult& result = run.against.emplace_back();
      const bool ok = base.outcome == Outcome::ok && other.outcome == Outcome::ok;
      const auto rounds = ok ? paired_rounds(base, other) : std::vector<PairedRounds>();
      result.comparison = compare_paired(rounds, x_target.confidence);
      result.target =
          judge_ratio(result.comparison, rounds, x_paired.ci_target, drifts(base) || drifts(other));
    }
    return run;
  }

  Interleaving x_live;
  const std::atomic<bool>* x_stop;
  bool x_fake;
  PairedOptions x_paired;
  PairTarget x_target;
  double x_burst_seconds = 0, x_fixed_seconds = 0, x_rounds_seconds = 0;
  double x_later_seconds = 0;  // of the pairs after the first ones, everything included
  double x_steps = 0, x_rounds = 0;
};

}  // namespace

CiTarget judge_ratio(const std::optional<Comparison>& comparison,
                     std::span<const PairedRounds> pairs, double asked, bool drifts) {
  CiTarget target{asked, std::nullopt, ""};
  if (comparison) target.reached = half_width_of(*comparison);
  const bool enough = comparison && comparison->pairs >= claim_pairs(0.95);
  if (enough && target.reached && *target.reached <= asked) return target;
  const auto spread = spread_of(pairs);
  if (!enough || !target.reached || !spread)
    target.reason = "too_few_samples";
  else if (drifts)
    target.reason = "drift";
  else if (spread->between >
           std::numbers::pi / 2 * spread->within / static_cast<double>(pairs.front().a.size()))
    target.reason = "processes";
  else
    target.reason = "noise";
  return target;
}

PairedRun measure_paired(std::span<const Job> jobs, RunOptions options,
                         const PairedOptions& paired) {
  ASSAY_CHECK(jobs.size() >= 2 && paired.max_seconds > 0 && paired.ci_target > 0);
  options.ci_target = 0;
  options.processes = 1;
  return Pairing(jobs, options, paired).run();
}

}  // namespace assay
