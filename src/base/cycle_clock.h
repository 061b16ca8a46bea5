// SPDX-License-Identifier: MIT
// How fast the processor's clock ticks, seen and not looked up: a chain of additions, each of which
// needs the one before it, takes one cycle for each on every processor in use, whatever runs on the
// core's other hardware thread. Works where there is no cpufreq: in containers and virtual
// machines.
#pragma once

#include <cstdint>

namespace assay {

// Cycles a second of the core that the calling thread is on, now: the best of eight pieces of about
// 10 us, so that an interruption does not show.
int64_t cycles_per_second();

}  // namespace assay
