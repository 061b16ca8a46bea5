// SPDX-License-Identifier: MIT
// The fake clock: a measurement as it would be on a machine where every call takes exactly a known
// time. The worker runs for real; what depends on time, memory or chance is then replaced, so that
// whole tables and pages can be compared with golden files.
#pragma once

#include "machine/machine.h"
#include "record/measurement.h"

namespace assay {

inline constexpr int kFakeSamples = 100;  // of each process
inline constexpr const char* kFakeDate = "2026-01-01T00:00:00Z";

// Call i of process p takes 1 ms + (7 i mod 11) us + p us; a server's queries arrive and wait in a
// simulated queue. Samples are replaced only where there are any, so a failure stays one. The id
// follows from the configuration.
void make_exact(Measurement& measurement);

// A machine that is always the same: 4 cores, 16 GiB.
Machine fake_machine();

}  // namespace assay
