// SPDX-License-Identifier: MIT
// Keeps the cache of exported networks from growing without end: networks can be made again.
#pragma once

#include <cstdint>
#include <filesystem>

namespace assay {

// A network's file has a note beside it (its SHA-256) that is written anew at each use.
std::filesystem::path note_of(const std::filesystem::path& file);
void note_use(const std::filesystem::path& file);

// Removes the networks whose last use is longest ago until those in the folder have at most
// `most_bytes`. What was used in the last hour stays, because another process may be about to read
// it. Only files with a note are counted and removed. What cannot be removed stays without a word.
void trim_cache(const std::filesystem::path& folder, int64_t most_bytes);

}  // namespace assay
