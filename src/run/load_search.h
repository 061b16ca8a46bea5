// SPDX-License-Identifier: MIT
// The most work that one configuration takes under a limit on its latency: the highest rate of a
// server's queries, or the most streams of multi_stream. Somebody else makes the measurements.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "run/latency_limit.h"

namespace assay {

struct LoadFound {
  std::optional<double> most;  // queries per second, or streams; nothing: not even the least
  std::string sentence;        // also where the search had to end early, and why
};

// Measures a configuration, each process for at least so many seconds; null: interrupted. What it
// points to lives until the next call.
using MeasureLoad = std::function<const Measurement*(const Configuration&, double seconds)>;

// For a server what its streams take in a closed loop is measured first: no rate above it is tried.
// A trial that fails or has too few samples ends the search. Nothing when interrupted.
std::optional<LoadFound> find_load(const Configuration& asked, const LatencyLimit& limit,
                                   const MeasureLoad& measure);

}  // namespace assay
