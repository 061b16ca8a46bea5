// SPDX-License-Identifier: MIT
// The proofs of the method, each a table that comes out the same each time. At an `effort` of 1
// they take the full number of repetitions (1,000 and more); the tests take a small share of it.
#pragma once

#include "table.h"

namespace assay::calibration {

// How often intervals hold the truth: of the median and the tails, stopped early or not, of several
// processes.
Table coverage_of_quantiles(double effort);
Table coverage_when_stopped(double effort);
Table coverage_of_processes(double effort);
// How often the doubt is raised where there is no steady state.
Table doubts_without_steady_state(double effort);
// How often two alike, or two that differ by 1 or 2 %, are said to differ; the time that it takes.
Table differences(double effort);
// How often the verdict on a labelled series is right.
Table verdicts(double effort);
// The p99 of a queue against the analytic one; what a closed loop says beside it.
Table queues(double effort);
// The width of paired against sequential intervals, beside a noisy neighbour.
Table pairing(double effort);

}  // namespace assay::calibration
