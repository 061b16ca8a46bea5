// SPDX-License-Identifier: MIT
// Random orders that are the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

// 0 .. count-1 in an order that depends on seed and round alone (Fisher and Yates).
std::vector<size_t> shuffled(size_t count, uint64_t seed, uint64_t round);

}  // namespace assay
