// SPDX-License-Identifier: MIT
// Files as the project uses them: whole reads, writes that are there completely or not at all,
// read-only mappings, and folders that remove themselves. Everything throws Error with the path and
// the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace assay {

std::string read_file(const std::filesystem::path& path);
// As a PendingFile, so readers never see half a file.
void write_file(const std::filesystem::path& path, std::string_view content);

// A file that is there under its name only when it is complete: written beside it, at path(), and
// then published. What is never published is removed.
class PendingFile {
 public:
  explicit PendingFile(std::filesystem::path target);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  const std::filesystem::path& path() const { return x_path; }
  void publish();

 private:
  std::filesystem::path x_target, x_path;
  bool x_published = false;
};

// A read-only mapping of a whole file; the bytes live as long as the returned pointer or a copy of
// it.
struct MappedFile {
  std::shared_ptr<const std::byte> bytes;
  size_t size = 0;
  std::span<const std::byte> span() const { return {bytes.get(), size}; }
};
MappedFile map_file(const std::filesystem::path& path);

// A fresh folder under the system's temporary folder, removed with everything in it on destruction.
class TempDir {
 public:
  explicit TempDir(std::string_view prefix = "assay");
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return x_path; }

 private:
  std::filesystem::path x_path;
};

// Folders from the environment (XDG): $XDG_CACHE_HOME/assay or ~/.cache/assay; $XDG_DATA_HOME/assay
// or ~/.local/share/assay.
std::filesystem::path user_cache_dir();
std::filesystem::path user_data_dir();

}  // namespace assay
