// SPDX-License-Identifier: MIT
// SHA-256 of bytes and files, as 64 lower-case hexadecimal digits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace assay {

std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view text);
// Streams the file; Error when it cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace assay
