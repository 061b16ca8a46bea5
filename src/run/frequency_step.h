// SPDX-License-Identifier: MIT
// Whether the processor's speed changed while samples were taken: a thermal limit, a power limit, a
// neighbour. A pure function of what was seen after each burst.
#pragma once

#include <cstdint>
#include <span>

namespace assay {

// True when the speeds before and after some moment differ by more than 8 % in their medians. What
// is shorter than a tenth of the looks, or than three, is no step: one look may have fallen into a
// pause. So fewer than six looks show none: the warm-up and the only burst of offline may have had
// different cores.
bool has_frequency_step(std::span<const int64_t> cycles_per_s);

}  // namespace assay
