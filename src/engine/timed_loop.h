// SPDX-License-Identifier: MIT
// The timed loops of every measurement, one for each scenario: a clock reading before and after
// each call and nothing else between them. No statistics, no warm-up, no trimming: those are the
// host's.
#pragma once

#include <span>

#include "engine/crew.h"
#include "engine/messages.h"

namespace assay {

// Runs the sessions as RunRequest says (its count is clamped to kMaxBurst). What a call throws
// passes through. Error for a request that makes no sense. There may be no sample at all when it
// was interrupted.
RunReply timed_loop(std::span<OpenSession* const> sessions, const RunRequest& request,
                    const Interrupted& interrupted);

}  // namespace assay
