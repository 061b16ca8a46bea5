// SPDX-License-Identifier: MIT
#include "run/latency_limit.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/units.h"
#include "stats/quantile.h"
#include "stats/summary.h"

namespace assay {
namespace {

struct Quantile {
  const char* name;
  double value;
};
constexpr Quantile kQuantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}};

std::optional<QuantileSummary> quantile_of(const Summary& summary, double quantile) {
  if (quantile == 0.5) return summary.median;
  if (quantile == 0.9) return summary.p90;
  return quantile == 0.95 ? summary.p95 : summary.p99;
}

}  // namespace

LatencyLimit parse_latency_limit(const std::string& text) {
  const size_t at = text.find('@');
  const std::string name = at == text.npos ? "p99" : text.substr(at + 1);
  const auto known =
      std::ranges::find_if(kQuantiles, [&](const Quantile& q) { return name == q.name; });
  if (known == std::end(kQuantiles))
    throw Error("--max-latency '{}': '{}' is none of p50, p90, p95 and p99; write 20ms@p99", text,
                name);
  const double milliseconds = parse_seconds(text.substr(0, at)) * 1e3;
  if (milliseconds <= 0)
    throw Error("--max-latency '{}' is no limit: write a time above 0, such as 20ms@p99", text);
  return {milliseconds, known->value, text};
}

Kept keeps(const LatencyLimit& limit, const Measurement& measurement) {
  if (std::ranges::count(measurement.doubts, Doubt::overloaded)) return Kept::no;
  const auto summary = summarize(steady_latencies_ms(measurement));
  if (!summary) return Kept::too_few_samples;
  if (summary->min > limit.milliseconds) return Kept::no;
  const auto quantile = quantile_of(*summary, limit.quantile);
  if (!quantile || summary->samples < samples_needed(limit.quantile)) return Kept::too_few_samples;
  return quantile->ci95 && quantile->ci95->high <= limit.milliseconds ? Kept::yes : Kept::no;
}

}  // namespace assay
