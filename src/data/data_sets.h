// SPDX-License-Identifier: MIT
// Data sets that are known here by name: where each is expected, and how to get it. One table.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

struct DataSet {
  std::string name;
  std::string description;
  int classes = 0;
  std::filesystem::path folder;
  std::vector<std::string> files;  // in `folder`; all of them are needed
  std::string how_to_add;          // a command
};

const std::vector<DataSet>& data_sets();

// Why it cannot be used here, in one sentence; empty when all its files are there. The files are
// looked for below `root`.
std::string missing(const DataSet& set, const std::filesystem::path& root = "/");

}  // namespace assay
