// SPDX-License-Identifier: MIT
// The most work that one configuration takes under a limit on its latency: the highest rate of a
// server's queries, or the most streams of multi_stream. Each trial is a measurement of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cells.h"
#include "latency_limit.h"

namespace assay {

struct LoadFound {
  std::optional<double> most;  // queries per second, or streams; nothing: not even the least
  std::string sentence;
};

// Measures a cell for at least so many seconds; null: interrupted. What it points to lives until
// the next call.
using MeasureCell = std::function<const Measurement*(const Cell&, double seconds)>;

// For a server what its streams take in a closed loop is measured first: no rate above it is tried.
// Nothing when interrupted.
std::optional<LoadFound> find_load(const Cell& cell, const LatencyLimit& limit,
                                   const MeasureCell& measure);

}  // namespace assay
