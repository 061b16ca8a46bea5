// SPDX-License-Identifier: MIT
// A limit on the latency as users type it, "20ms@p99", and whether a measurement keeps it: with the
// upper end of the interval, so that it is kept beyond doubt.
#pragma once

#include <string>

#include "record/measurement.h"

namespace assay {

struct LatencyLimit {
  double milliseconds = 0;
  double quantile = 0.99;  // 0.5, 0.9, 0.95 or 0.99
  std::string text;        // as typed
};

// Error when it is no time, or names another quantile.
LatencyLimit parse_latency_limit(const std::string& text);

enum class Kept { yes, no, too_few_samples };

// Of an `ok` measurement. `no` also when its queries piled up, or when its samples depend so much
// on each other that there is no interval.
Kept keeps(const LatencyLimit& limit, const Measurement& measurement);

}  // namespace assay
