// SPDX-License-Identifier: MIT
// The JSON that users read (docs/cli.md): schema_version, contexts and results with every key, in
// the order that is written there. null is "not measured". Strings are valid UTF-8.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "report/row.h"

namespace assay {

inline constexpr int kReportSchemaVersion = 1;

nlohmann::ordered_json report_json(const Report& report);
// One element of "results", also for `assay show` and `recommend`.
nlohmann::ordered_json result_json(const Row& row);
// "latency_ms" of a result, from a summary in milliseconds.
nlohmann::ordered_json latency_json(const Summary& summary);
nlohmann::ordered_json context_json(const Context& context);

// As text; bytes that are no UTF-8 become U+FFFD. `indent` -1 is one line.
std::string dump(const nlohmann::ordered_json& json, int indent = 2);

}  // namespace assay
