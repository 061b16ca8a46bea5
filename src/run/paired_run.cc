// SPDX-License-Identifier: MIT
#include "run/paired_run.h"

#include <algorithm>
#include <numbers>

#include "base/error.h"
#include "run/interleaving.h"
#include "run/paired_rounds.h"
#include "stats/replication.h"

namespace assay {
namespace {

double mean_rounds(std::span<const PairedRounds> pairs) {
  double rounds = 0, count = 0;
  for (const PairedRounds& pair : pairs) {
    rounds += static_cast<double>(pair.a.size());
    count += !pair.a.empty();
  }
  return rounds / count;
}

bool drifts(const Measurement& side) {
  return std::ranges::any_of(side.doubts, [](Doubt doubt) {
    return doubt == Doubt::drifting || doubt == Doubt::no_steady_state;
  });
}

PairedRun judged(std::vector<Measurement> measured, const PairTarget& target) {
  PairedRun run{std::move(measured), {}};
  const Measurement& base = run.measured.front();
  for (size_t i = 1; i < run.measured.size(); ++i) {
    const Measurement& other = run.measured[i];
    PairedResult& result = run.against.emplace_back();
    const bool ok = base.outcome == Outcome::ok && other.outcome == Outcome::ok;
    const auto rounds = ok ? paired_rounds(base, other) : std::vector<PairedRounds>();
    result.comparison = compare_paired(rounds, target.confidence);
    result.target = judge_ratio(result.comparison, rounds, target, drifts(base) || drifts(other));
  }
  return run;
}

}  // namespace

CiTarget judge_ratio(const std::optional<Comparison>& comparison,
                     std::span<const PairedRounds> pairs, const PairTarget& asked, bool drifts) {
  CiTarget target{asked.half_width, std::nullopt, ""};
  if (comparison) target.reached = half_width_of(*comparison);
  const bool enough = comparison && comparison->pairs >= claim_pairs(asked.confidence);
  if (enough && target.reached && *target.reached <= asked.half_width) return target;
  const auto spread = spread_of(pairs);
  if (!enough || !target.reached || !spread)
    target.reason = "too_few_samples";
  else if (drifts)
    target.reason = "drift";
  else if (spread->between > std::numbers::pi / 2 * spread->within / mean_rounds(pairs))
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
  const PairTarget target = pair_target(paired, jobs.size());
  PairedOptions planned = paired;
  if (options.fake_clock && planned.pairs == 0)  // exact samples: more of them show nothing more
    planned.pairs = static_cast<int>(claim_pairs(target.confidence));
  Interleaving live(jobs, options);
  sample_pairs(live, planned, options.stop);
  return judged(live.take(), target);
}

}  // namespace assay
