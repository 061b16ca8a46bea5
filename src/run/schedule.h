// SPDX-License-Identifier: MIT
// When who runs: how long a burst is, when warming up is
// enough, and the wait until idle workers are quiet. Pure functions, but for that wait. The full
// method (changepoints, stopping rules) takes its place behind these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "run/worker_process.h"

namespace assay {

// Seconds of one burst when so much is to be sampled in total: a twentieth, within 20 and 200 ms.
double burst_seconds(double total_seconds);

// True when the last three block medians lie within 2 % of each other.
bool is_flat(std::span<const double> block_medians);

// Returns when no thread of the workers is ready to run and they used less than a hundredth of a
// core for a moment (true), or after `cap_seconds` (false).
bool wait_until_quiet(std::span<WorkerProcess* const> idle, double cap_seconds);

}  // namespace assay
