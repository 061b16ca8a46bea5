// SPDX-License-Identifier: MIT
// What engines say of configurations before anything is loaded.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "run/ask.h"
#include "run/worker_process.h"

namespace assay {

// Why the engine cannot (unsupported), in its own words or by what it declares; any other failure
// is the worker's end.
Step supports(WorkerProcess& worker, const LoadRequest& request);

// One answer for each request, in order: why not, or nothing. Each engine's worker is started once;
// one that does not start or does not live through the questions is a reason like any other. Error
// when there is no such engine.
std::vector<std::optional<std::string>> why_not(std::span<const LoadRequest> requests);

}  // namespace assay
