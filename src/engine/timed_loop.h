// SPDX-License-Identifier: MIT
// The timed loop of every measurement: a clock reading before and after each run() and nothing else
// between them. No statistics, no warm-up, no trimming: those are the host's.
#pragma once

#include "engine/messages.h"

namespace assay {

// Runs the session as RunRequest says (its count is clamped to kMaxBurst). What run() throws passes
// through.
RunReply timed_loop(Session& session, const RunRequest& request);

}  // namespace assay
