// SPDX-License-Identifier: MIT
// Ctrl-C: the first asks the measurement in progress to finish early, so that everything measured
// so far is stored; the second ends the program at once (workers die with it).
#pragma once

#include <atomic>

namespace assay {

// Installs the handler for SIGINT and SIGTERM and returns the flag that the first one sets.
const std::atomic<bool>& watch_interrupts();

}  // namespace assay
