// SPDX-License-Identifier: MIT
// Keeps a cache of files that can be made again from growing without end. Used for exported
// networks and for what engines convert them to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace assay {

constexpr int64_t kMaxCacheBytes = 10'000'000'000;

// A cached file has a note beside it, made with it, whose time is that of the last use.
std::filesystem::path note_of(const std::filesystem::path& file);
void note_use(const std::filesystem::path& file);

// Gives a note to the files with this extension (".tflite") that have none, as those have that were
// made before there were notes; their last use is when they were written.
void note_old_files(const std::filesystem::path& folder, std::string_view extension);

// Removes the files whose last use is longest ago until those in the folder have at most
// `most_bytes`. What was used in the last hour stays, because another process may be about to read
// it. Only files with a note are counted and removed. What cannot be removed stays without a word.
void trim_cache(const std::filesystem::path& folder, int64_t most_bytes = kMaxCacheBytes);

}  // namespace assay
