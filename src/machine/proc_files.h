// SPDX-License-Identifier: MIT
// The small text files of /proc and /sys: whole contents, or empty where the file is not there.
// Unlike files on a disk they have no size, and to be absent is normal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Without the last line's end; empty when unreadable.
std::string read_proc(const std::filesystem::path& file);
// A file that holds one number; nothing when it does not ("max").
std::optional<int64_t> read_number(const std::filesystem::path& file);
// "key: value" or "key value" lines, white space trimmed; of equal keys the first.
std::map<std::string, std::string> read_fields(const std::filesystem::path& file);
std::vector<std::string> lines_of(std::string_view text);

}  // namespace assay
