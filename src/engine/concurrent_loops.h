// SPDX-License-Identifier: MIT
// The timed loops of the scenarios in which several sessions run at once (engine/messages.h says
// what each does). They fill a reply's samples, unserved queries, service and wall time.
#pragma once

#include "engine/crew.h"
#include "engine/messages.h"

namespace assay {

RunReply run_multi_stream(Crew& crew, const RunRequest& request);
RunReply run_offline(Crew& crew, const RunRequest& request);
RunReply run_server(Crew& crew, const RunRequest& request);

// What a request allows: queries, and nanoseconds after the first start in which calls may start.
size_t query_limit(const RunRequest& request);
int64_t end_of_starts(const RunRequest& request);

}  // namespace assay
