// SPDX-License-Identifier: MIT
#include "prepare/cache_trim.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoteSuffix = ".sha256";
constexpr std::chrono::hours kInUse{1};

struct Network {
  fs::path file;
  fs::file_time_type used;
  int64_t bytes = 0;
};

std::vector<Network> networks_in(const fs::path& folder) {
  std::vector<Network> networks;
  std::error_code problem;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() != kNoteSuffix) continue;
    Network network{fs::path(entry.path()).replace_extension(), entry.last_write_time(problem)};
    const uintmax_t bytes = fs::file_size(network.file, problem);
    if (problem) continue;
    network.bytes = static_cast<int64_t>(bytes);
    networks.push_back(std::move(network));
  }
  return networks;
}

}  // namespace

fs::path note_of(const fs::path& file) {
  return file.string() + std::string(kNoteSuffix);
}

void note_use(const fs::path& file) {
  std::error_code problem;
  fs::last_write_time(note_of(file), fs::file_time_type::clock::now(), problem);
}

void trim_cache(const fs::path& folder, int64_t most_bytes) {
  std::vector<Network> networks = networks_in(folder);
  std::ranges::sort(networks, {}, &Network::used);
  int64_t bytes = 0;
  for (const Network& network : networks) bytes += network.bytes;
  const auto recently = fs::file_time_type::clock::now() - kInUse;
  for (const Network& network : networks) {
    if (bytes <= most_bytes || network.used > recently) return;
    std::error_code problem;
    fs::remove(note_of(network.file), problem);
    fs::remove(network.file, problem);
    bytes -= network.bytes;
  }
}

}  // namespace assay
