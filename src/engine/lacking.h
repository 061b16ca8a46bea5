// SPDX-License-Identifier: MIT
// Why an engine lacks a precision, in the one wording of all engines. What an engine is told by its
// own declaration alone has no reason; adapters give theirs here, in supports().
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/engine.h"

namespace assay {

// "caffe2 does not execute bf16 here: WHY; it executes fp32" with WHY of `reasons`, where one is
// given for the precision; nothing when the engine executes it.
std::optional<std::string> lacking(const EngineInfo& info, const std::string& precision,
                                   const std::map<std::string, std::string>& reasons = {});

}  // namespace assay
