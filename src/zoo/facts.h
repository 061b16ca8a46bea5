// SPDX-License-Identifier: MIT
// The tables in tests/data/zoo, for tests: one row as column -> field. Fields may be quoted.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace assay {

using FactsRow = std::map<std::string, std::string>;

inline std::vector<std::string> facts_fields(const std::string& line) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      parts.emplace_back();
    else if (c != '\r')
      parts.back().push_back(c);
  }
  return parts;
}

#ifdef ASSAY_TEST_DATA
inline std::vector<FactsRow> read_facts(const std::filesystem::path& file) {
  std::ifstream in(std::filesystem::path(ASSAY_TEST_DATA) / "zoo" / file);
  if (!in) throw std::runtime_error("no " + file.string());
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> header = facts_fields(line);
  std::vector<FactsRow> all;
  while (std::getline(in, line)) {
    const std::vector<std::string> values = facts_fields(line);
    FactsRow& row = all.emplace_back();
    for (size_t i = 0; i < header.size() && i < values.size(); ++i) row[header[i]] = values[i];
  }
  return all;
}
#endif

}  // namespace assay
