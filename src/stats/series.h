// SPDX-License-Identifier: MIT
// One series of raw samples as `assay stats` reads and judges it: what `bench` would say of it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/steady_state.h"
#include "stats/summary.h"

namespace assay {

// One number a line, in nanoseconds; empty lines and what follows a '#' are skipped. Error, with
// `name` and the line, for anything that is not a finite number from 0 on.
std::vector<double> parse_samples(std::string_view text, std::string_view name);

struct SeriesVerdict {
  SteadyState steady_state;
  Summary summary;      // of the steady samples, or of all where there is no steady state
  size_t left_out = 0;  // samples before the steady ones
};

// Nothing when there is no sample. Error when one is not finite.
std::optional<SeriesVerdict> judge(std::span<const double> samples);

}  // namespace assay
