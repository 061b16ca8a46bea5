// SPDX-License-Identifier: MIT
// JSON of the records, for the store and the worker protocol: every field, under its own name,
// round trip exactly. (What users read, the file of docs/cli.md, is made by report/.) Each struct
// has one table of fields (json_fields.h), from which both directions derive.
//
// Reading is lenient where versions may differ and strict elsewhere: unknown keys are ignored, a
// missing key leaves the field's default, null is an empty optional (and NaN for a plain double,
// because JSON has no other word for it); a value of the wrong type, an integer out of range or an
// unknown outcome or doubt is an Error that names the key.
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <string>

#include "record/measurement.h"
#include "record/sweep.h"

namespace assay {

template <typename T>
concept Record = std::same_as<T, Configuration> || std::same_as<T, LayerFact> ||
    std::same_as<T, Facts> || std::same_as<T, ProcessSamples> || std::same_as<T, OutputCheck> ||
    std::same_as<T, CiTarget> || std::same_as<T, Energy> || std::same_as<T, PeakRates> ||
    std::same_as<T, Phases> || std::same_as<T, ModelCost> || std::same_as<T, Measurement> ||
    std::same_as<T, Context> || std::same_as<T, Sweep>;

// Found by nlohmann's `json = value` and `json.get<T>()`; instantiated in json.cc.
template <Record T>
void to_json(nlohmann::json& json, const T& value);
template <Record T>
void from_json(const nlohmann::json& json, T& value);

// Canonical text: keys sorted, no white space; bytes that are not UTF-8 become U+FFFD.
std::string to_text(const nlohmann::json& json);

}  // namespace assay
