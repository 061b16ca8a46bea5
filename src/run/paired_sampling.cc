// SPDX-License-Identifier: MIT
#include "run/paired_sampling.h"

#include <algorithm>

#include "run/paired_rounds.h"
#include "run/schedule.h"

namespace assay {
namespace {

// Of the sampling time, for the first pairs; what is left is for those that turn out to be needed.
constexpr double kFirstShare = 0.5;
// Of a side of a first pair at most; whether more serves better there or in more pairs, the first
// ones show.
constexpr double kFirstSeconds = 1;

class PairedSampling {
 public:
  PairedSampling(PairSource& source, const PairedOptions& options, const std::atomic<bool>* stop)
      : x_source(source),
        x_options(options),
        x_target(pair_target(options, source.size())),
        x_stop(stop) {}

  void run() {
    first_pairs();
    if (x_options.pairs > 0) return;
    for (Replication stage; (stage = next()).pairs > 0;)
      for (; stage.pairs > 0 && !over(); --stage.pairs)
        run_pair(static_cast<double>(stage.rounds) * side_seconds());
  }

 private:
  void first_pairs() {
    const auto needed = static_cast<int>(claim_pairs(x_target.confidence));
    const int count = x_options.pairs > 0 ? x_options.pairs : needed;
    const double all = x_options.max_seconds / count / static_cast<double>(x_source.size());
    const double seconds = x_options.pairs > 0 ? all : std::min(kFirstSeconds, kFirstShare * all);
    x_burst_seconds = burst_seconds(seconds);
    for (int i = 0; i < count && (i == 0 || !over()); ++i) run_pair(seconds);
    x_later_seconds = 0;
  }

  void run_pair(double seconds) {
    const StepCost cost = x_source.run_process({seconds, x_burst_seconds, true});
    x_steps += 1;
    x_fixed_seconds += cost.fixed_seconds;
    x_rounds_seconds += cost.rounds_seconds;
    x_rounds += static_cast<double>(cost.rounds);
    x_later_seconds += cost.fixed_seconds + cost.rounds_seconds;
  }

  // A round of one side, on average.
  double side_seconds() const {
    return sampled_seconds() / x_rounds / static_cast<double>(x_source.size());
  }

  double sampled_seconds() const {
    double seconds = 0;
    for (size_t i = 0; i < x_source.size(); ++i)
      for (const ProcessSamples& process : x_source.processes(i)) seconds += process.wall_seconds;
    return seconds;
  }

  bool over() const {
    return (x_stop && *x_stop) || !has_pair(x_source) || sampled_seconds() >= x_options.max_seconds;
  }

  // What the comparison that lacks most lacks.
  Replication next() {
    Replication most;
    if (over() || x_rounds == 0) return most;
    const PairCosts costs{x_fixed_seconds / x_steps, x_rounds_seconds / x_rounds};
    const TimeLeft left{x_options.max_seconds - sampled_seconds(),
                        x_options.max_seconds - x_later_seconds};
    for (size_t i = 1; i < x_source.size(); ++i) {
      if (x_source.ended(i)) continue;
      const auto pairs = paired_rounds(x_source.processes(0), x_source.processes(i));
      const Replication stage = next_stage(pairs, costs, x_target, left);
      if (stage.pairs > most.pairs) most = stage;
    }
    return most;
  }

  PairSource& x_source;
  PairedOptions x_options;
  PairTarget x_target;
  const std::atomic<bool>* x_stop;
  double x_burst_seconds = 0, x_fixed_seconds = 0, x_rounds_seconds = 0;
  double x_later_seconds = 0;  // of the pairs after the first ones, everything included
  double x_steps = 0, x_rounds = 0;
};

}  // namespace

bool has_pair(const PairSource& source) {
  bool any = false;
  for (size_t i = 1; i < source.size(); ++i) any = any || !source.ended(i);
  return any && !source.ended(0);
}

PairTarget pair_target(const PairedOptions& options, size_t jobs) {
  return {options.ci_target, confidence_of_each(jobs - 1)};
}

void sample_pairs(PairSource& source, const PairedOptions& options, const std::atomic<bool>* stop) {
  PairedSampling(source, options, stop).run();
}

}  // namespace assay
