// SPDX-License-Identifier: MIT
#include "machine/proc_files.h"

#include <charconv>
#include <fstream>
#include <sstream>

namespace assay {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string read_proc(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::string content = text.str();
  while (!content.empty() && content.back() == '\n') content.pop_back();
  return content;
}

std::optional<int64_t> read_number(const std::filesystem::path& file) {
  const std::string text = read_proc(file);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::map<std::string, std::string> read_fields(const std::filesystem::path& file) {
  std::map<std::string, std::string> fields;
  for (const std::string& line : lines_of(read_proc(file))) {
    size_t split = line.find(':');
    if (split == std::string::npos) split = line.find(' ');
    if (split == std::string::npos) continue;
    fields.emplace(trimmed(std::string_view(line).substr(0, split)),
                   trimmed(std::string_view(line).substr(split + 1)));
  }
  return fields;
}

}  // namespace assay
