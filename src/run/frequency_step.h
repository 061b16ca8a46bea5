// SPDX-License-Identifier: MIT
// Whether the processor's speed changed while samples were taken: a thermal limit, a power limit, a
// neighbour. A pure function of what was seen after each burst.
#pragma once

#include <cstdint>
#include <span>

namespace assay {

// True when the speeds before and after some moment differ by more than 8 % in their medians. What
// is shorter than a tenth of the looks, or than three (two of four or five), is no step: one look
// may have fallen into a pause. Fewer than four looks show none: the only burst of offline and the
// warm-up before it may have had different cores.
bool has_frequency_step(std::span<const int64_t> cycles_per_s);

}  // namespace assay
