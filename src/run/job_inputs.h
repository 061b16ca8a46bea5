// SPDX-License-Identifier: MIT
// What a job's calls are given, in turns: one set of inputs, or with fresh inputs several.
#pragma once

#include <cstdint>
#include <vector>

#include "run/runner.h"

namespace assay {

// The first call's set first; with fresh inputs those of the calls after it, until it is the first
// set's turn again. Each set is seeded by a number more than the one before, from the job's seed
// or, when it has none, from `seed`. Error as make_inputs().
std::vector<Tensors> inputs_of_calls(const Job& job, uint64_t seed);

// Whether all the sets hold the same.
bool are_alike(const std::vector<Tensors>& sets);

}  // namespace assay
