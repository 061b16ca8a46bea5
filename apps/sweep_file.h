// SPDX-License-Identifier: MIT
// Sweep files: TOML whose keys are the names of the flags of `assay sweep`.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace assay {

// The flags that say the same as the file, such as {"--batch", "1", "--batch", "4"}. Error with the
// file's name and, where it is no TOML, the line; for an unknown key the nearest one.
std::vector<std::string> flags_of_sweep_file(const std::filesystem::path& path);

}  // namespace assay
