// SPDX-License-Identifier: MIT
// JSON of the records, for the store and the worker protocol: every field, under its own name,
// round trip exactly. (What users read, the file of docs/cli.md, is made by report/.) Unknown keys
// are ignored.
#pragma once

#include <nlohmann/json.hpp>

#include "record/measurement.h"

namespace assay {

void to_json(nlohmann::json& json, const Configuration& value);
void from_json(const nlohmann::json& json, Configuration& value);
void to_json(nlohmann::json& json, const Facts& value);
void from_json(const nlohmann::json& json, Facts& value);
void to_json(nlohmann::json& json, const Measurement& value);
void from_json(const nlohmann::json& json, Measurement& value);
void to_json(nlohmann::json& json, const Context& value);
void from_json(const nlohmann::json& json, Context& value);

}  // namespace assay
