// SPDX-License-Identifier: MIT
#include "run/load_search.h"

#include <fmt/format.h>

#include "stats/limit_search.h"
#include "stats/quantile.h"

namespace assay {
namespace {

constexpr int kMostStreams = 64;
constexpr double kEnoughSamples = 2;  // times what an interval of the quantile needs

// Queries in a second.
double rate_of(const Measurement& measured) {
  double queries = 0, seconds = 0;
  for (const ProcessSamples& process : measured.processes) {
    queries += static_cast<double>(process.latency_ns.size());
    seconds += process.wall_seconds;
  }
  return seconds > 0 ? queries / seconds : 0;
}

class LoadSearch {
 public:
  LoadSearch(const Configuration& asked, const LatencyLimit& limit, const MeasureLoad& measure)
      : x_asked(asked),
        x_limit(limit),
        x_measure(measure),
        x_server(asked.scenario == Scenario::server),
        x_needed(kEnoughSamples * static_cast<double>(samples_needed(limit.quantile))),
        x_loads(LimitSearch::of_counts(kMostStreams)) {}

  std::optional<LoadFound> run() {
    if (x_server) {
      const Measurement* closed = x_measure(closed_loop(), 0);
      if (!closed) return std::nullopt;
      const double capacity = rate_of(*closed);
      if (closed->outcome != Outcome::ok || capacity == 0)
        return found("the closed loop: " + closed->reason);
      x_loads = LimitSearch::of_rates(capacity);
    }
    while (const auto load = x_loads.next()) {
      const Measurement* trial = tried(*load);
      if (!trial) return std::nullopt;
      if (trial->outcome != Outcome::ok) return found(words_of(*load) + ": " + trial->reason);
      const Kept kept = keeps(x_limit, *trial);
      if (kept == Kept::too_few_samples)
        return found(words_of(*load) + ": too few samples for an interval, raise --max-time");
      x_loads.note(*load, kept == Kept::yes);
    }
    return found("");
  }

 private:
  Configuration closed_loop() const {
    Configuration asked = x_asked;
    asked.scenario = Scenario::offline;
    asked.rate_per_s = 0;
    return asked;
  }

  const Measurement* tried(double load) {
    Configuration asked = x_asked;
    if (x_server) {
      asked.rate_per_s = load;
      return x_measure(asked, x_needed / load);
    }
    asked.streams = static_cast<int>(load);
    const Measurement* trial = x_measure(asked, x_needed * x_query_seconds);
    // How long a query takes is known only now.
    if (trial && is_too_short(*trial)) trial = x_measure(asked, x_needed / rate_of(*trial));
    if (trial && rate_of(*trial) > 0) x_query_seconds = 1 / rate_of(*trial);
    return trial;
  }

  bool is_too_short(const Measurement& trial) const {
    return trial.outcome == Outcome::ok && rate_of(trial) > 0 &&
           keeps(x_limit, trial) == Kept::too_few_samples;
  }

  std::string words_of(double load) const {
    if (x_server) return fmt::format("{:.4g} queries/s", load);
    return fmt::format("{:.0f} stream{}", load, load > 1 ? "s" : "");
  }

  LoadFound found(const std::string& why_ended) const {
    const auto most = x_loads.best();
    std::string text = fmt::format("{} on {}: {} ", x_asked.model, x_asked.engine, x_limit.text);
    if (most)
      text += "holds up to " + words_of(*most);
    else if (!why_ended.empty())
      text += "was not found to hold";
    else
      text += x_server ? "held at no rate that was tried" : "does not hold with 1 stream";
    if (!why_ended.empty()) text += "; the search ended at " + why_ended;
    return {most, text};
  }

  const Configuration& x_asked;
  const LatencyLimit& x_limit;
  const MeasureLoad& x_measure;
  bool x_server;
  double x_needed;             // samples
  double x_query_seconds = 0;  // of multi_stream, in the trial before
  LimitSearch x_loads;
};

}  // namespace

std::optional<LoadFound> find_load(const Configuration& asked, const LatencyLimit& limit,
                                   const MeasureLoad& measure) {
  return LoadSearch(asked, limit, measure).run();
}

}  // namespace assay
