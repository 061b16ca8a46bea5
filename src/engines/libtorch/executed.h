// SPDX-License-Identifier: MIT
// Reads what PyTorch executed: its record functions (what its profiler is made of) name every
// operator that ran with the types and shapes of its tensors, and the libraries that compute,
// oneDNN and MKL, name their kernels and the types that they compute in. That is the proof of what
// ran.
#pragma once

#include <functional>

#include "record/measurement.h"

namespace assay {

// What `run` executes on this thread, one layer per outermost operator. Slow: for an untimed run.
Facts facts_of_run(const std::function<void()>& run);

}  // namespace assay
