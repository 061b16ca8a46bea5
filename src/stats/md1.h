// SPDX-License-Identifier: MIT
// The M/D/1 queue: random arrivals, one server, the same service each time. What the server
// scenario is held against.
#pragma once

namespace assay {

// Time from arrival to answer, in units of the service, that a share of the queries does not
// exceed; `load` is the arrival rate times the service, below 1. (A. K. Erlang 1909; C. D.
// Crommelin, "Delay probability formulae", Post Office Electrical Engineers' Journal 26, 1934.)
double md1_quantile(double share, double load);

}  // namespace assay
