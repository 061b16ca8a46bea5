// SPDX-License-Identifier: MIT
#include "base/cache_trim.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <vector>

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoteSuffix = ".sha256";
constexpr std::chrono::hours kInUse{1};

struct CachedFile {
  fs::path path;
  fs::file_time_type used;
  int64_t bytes = 0;
};

std::vector<CachedFile> files_in(const fs::path& folder) {
  std::vector<CachedFile> files;
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() != kNoteSuffix) continue;
    CachedFile file{fs::path(entry.path()).replace_extension(), entry.last_write_time(problem)};
    const uintmax_t bytes = fs::file_size(file.path, problem);
    if (problem) continue;
    file.bytes = static_cast<int64_t>(bytes);
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

fs::path note_of(const fs::path& file) {
  return file.string() + std::string(kNoteSuffix);
}

void note_use(const fs::path& file) {
  std::error_code problem;
  fs::last_write_time(note_of(file), fs::file_time_type::clock::now(), problem);
}

void note_old_files(const fs::path& folder, std::string_view extension) {
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    const fs::path note = note_of(entry.path());
    if (entry.path().extension() != extension || fs::exists(note, problem)) continue;
    const fs::file_time_type written = entry.last_write_time(problem);
    if (problem) continue;
    std::ofstream(note).flush();
    fs::last_write_time(note, written, problem);
  }
}

void trim_cache(const fs::path& folder, int64_t most_bytes) {
  std::vector<CachedFile> files = files_in(folder);
  std::ranges::sort(files, {}, &CachedFile::used);
  int64_t bytes = 0;
  for (const CachedFile& file : files) bytes += file.bytes;
  const auto recently = fs::file_time_type::clock::now() - kInUse;
  for (const CachedFile& file : files) {
    if (bytes <= most_bytes || file.used > recently) return;
    std::error_code problem;
    fs::remove(note_of(file.path), problem);
    fs::remove(file.path, problem);
    bytes -= file.bytes;
  }
}

}  // namespace assay
