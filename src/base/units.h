// SPDX-License-Identifier: MIT
// Quantities as users type them: "30s", "500ms", "2m"; "500MB" (10^6), "512MiB" (2^20); "2%";
// "50/s". Error names the text and the units that are allowed.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

// Seconds; a number without a unit is seconds. Not negative, finite.
double parse_seconds(std::string_view text);
// Bytes; a number without a unit is bytes.
int64_t parse_bytes(std::string_view text);
// A fraction: "2%" and "0.02" are both 0.02.
double parse_fraction(std::string_view text);
// Per second: "50/s", "50" and "3000/min" are all 50.
double parse_rate(std::string_view text);

}  // namespace assay
