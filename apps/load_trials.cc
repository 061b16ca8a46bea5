// SPDX-License-Identifier: MIT
#include "load_trials.h"

#include <fmt/format.h>

#include <cmath>

#include "stats/limit_search.h"
#include "stats/quantile.h"

namespace assay {
namespace {

constexpr int kMostStreams = 64;
constexpr double kEnoughSamples = 2;  // times what an interval of the quantile needs

// Queries in a second that the streams answer when there is always one more.
double capacity_of(const Measurement& closed) {
  double queries = 0, seconds = 0;
  for (const ProcessSamples& process : closed.processes) {
    queries += static_cast<double>(process.latency_ns.size());
    seconds += process.wall_seconds;
  }
  return seconds > 0 ? queries / seconds : 0;
}

Cell with_load(Cell cell, double load) {
  if (cell.asked.scenario == Scenario::server)
    cell.asked.rate_per_s = load;
  else
    cell.asked.streams = static_cast<int>(load);
  return cell;
}

std::string in_words(const Cell& cell, const LatencyLimit& limit, std::optional<double> most) {
  const bool server = cell.asked.scenario == Scenario::server;
  const std::string what =
      fmt::format("{} on {}: {}", cell.model.name, cell.asked.engine, limit.text);
  if (!most)
    return what + (server ? " held at no rate that was tried; an interval needs enough samples "
                            "(--max-time)"
                          : " does not hold with one stream");
  return what + (server ? fmt::format(" holds up to {:.4g} queries/s", *most)
                        : fmt::format(" holds up to {:.0f} streams", *most));
}

}  // namespace

std::optional<LoadFound> find_load(const Cell& cell, const LatencyLimit& limit,
                                   const MeasureCell& measure) {
  LimitSearch search = LimitSearch::of_counts(kMostStreams);
  if (cell.asked.scenario == Scenario::server) {
    Cell closed = with_load(cell, 0);
    closed.asked.scenario = Scenario::offline;
    const Measurement* measured = measure(closed, 0);
    if (!measured) return std::nullopt;
    const double capacity = capacity_of(*measured);
    if (capacity == 0)
      return LoadFound{std::nullopt, fmt::format("{} on {}: {}", cell.model.name, cell.asked.engine,
                                                 measured->reason)};
    search = LimitSearch::of_rates(capacity);
  }
  const auto needed = kEnoughSamples * static_cast<double>(samples_needed(limit.quantile));
  while (const auto load = search.next()) {
    const bool server = cell.asked.scenario == Scenario::server;
    const Measurement* measured = measure(with_load(cell, *load), server ? needed / *load : 0);
    if (!measured) return std::nullopt;
    search.note(*load, holds(limit, *measured));
  }
  return LoadFound{search.best(), in_words(cell, limit, search.best())};
}

}  // namespace assay
