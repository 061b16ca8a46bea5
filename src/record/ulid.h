// SPDX-License-Identifier: MIT
// ULID (github.com/ulid/spec): 48 bits of Unix milliseconds and 80 random bits as 26 characters of
// Crockford's base 32, so that ids sort by time. Names a measurement and a context.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace assay {

using UlidEntropy = std::array<uint8_t, 10>;

// The text of one ULID; `unix_ms` is below 2^48.
std::string format_ulid(uint64_t unix_ms, const UlidEntropy& entropy);

// A fresh ULID from the system's clock and random source. Ids made in one process strictly
// increase, also when the clock steps back. Safe to call from several threads.
std::string make_ulid();

}  // namespace assay
