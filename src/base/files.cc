// SPDX-License-Identifier: MIT
#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/descriptor.h"
#include "base/error.h"

namespace assay {
namespace {

[[noreturn]] void fail(const char* verb, const std::filesystem::path& path) {
  throw Error("cannot {} '{}': {}", verb, path.string(), std::strerror(errno));
}

// Regular files only: reading a pipe or a device given by mistake would wait for ever.
size_t regular_size(int descriptor, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail("read", path);
  if (!S_ISREG(status.st_mode)) throw Error("cannot read '{}': it is not a file", path.string());
  return static_cast<size_t>(status.st_size);
}

std::filesystem::path home_below(const char* variable, const char* fallback) {
  if (const char* folder = std::getenv(variable); folder && *folder)
    return std::filesystem::path(folder) / "assay";
  const char* home = std::getenv("HOME");
  if (!home || !*home)
    throw Error("neither {} nor HOME is set, so there is no folder to use", variable);
  return std::filesystem::path(home) / fallback / "assay";
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail("read", path);
  // Files of /proc say that they are empty: read to the end, whatever the size says.
  std::string content(regular_size(file.get(), path) + 4096, '\0');
  size_t done = 0;
  while (true) {
    if (done == content.size()) content.resize(2 * content.size());
    const ssize_t got = ::read(file.get(), content.data() + done, content.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", path);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  content.resize(done);
  return content;
}

PendingFile::PendingFile(std::filesystem::path target) : x_target(std::move(target)) {
  static std::atomic<int> count = 0;
  x_path = x_target.string() + fmt::format(".part{}.{}", ::getpid(), count++);
}

PendingFile::~PendingFile() {
  if (!x_published) ::unlink(x_path.c_str());
}

void PendingFile::publish() {
  if (::rename(x_path.c_str(), x_target.c_str()) != 0) fail("write", x_target);
  x_published = true;
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  PendingFile pending(path);
  Descriptor file(::open(pending.path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) fail("write", path);
  while (!content.empty()) {
    const ssize_t put = ::write(file.get(), content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("write", path);
    content.remove_prefix(static_cast<size_t>(put));
  }
  if (::close(file.release()) != 0) fail("write", path);
  pending.publish();
}

MappedFile map_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail("read", path);
  const size_t size = regular_size(file.get(), path);
  if (size == 0) return {};
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (memory == MAP_FAILED) fail("map", path);
  auto unmap = [size](const std::byte* bytes) { ::munmap(const_cast<std::byte*>(bytes), size); };
  return {std::shared_ptr<const std::byte>(static_cast<const std::byte*>(memory), unmap), size};
}

TempDir::TempDir(std::string_view prefix) {
  std::error_code ignored;
  std::string path =
      (std::filesystem::temp_directory_path(ignored) / (std::string(prefix) + "-XXXXXX")).string();
  if (!::mkdtemp(path.data())) fail("make a folder", path);
  x_path = path;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(x_path, ignored);
}

std::filesystem::path user_cache_dir() {
  return home_below("XDG_CACHE_HOME", ".cache");
}
std::filesystem::path user_data_dir() {
  return home_below("XDG_DATA_HOME", ".local/share");
}

}  // namespace assay
