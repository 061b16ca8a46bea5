// SPDX-License-Identifier: MIT
#include "engines/litert/converted_file.h"

#include "base/cache_trim.h"
#include "base/clock.h"
#include "base/hash.h"
#include "engines/litert/lowering.h"

namespace assay {
namespace {

constexpr const char* kExtension = ".tflite";

// This program itself: another build may write another file.
std::string writer() {
  static const std::string content = sha256_file("/proc/self/exe");
  return content;
}

std::string key_of(const Graph& graph, const std::vector<std::filesystem::path>& sources) {
  std::string content = writer();
  for (const auto& source : sources) content += " " + sha256_file(source);
  for (const ValueId id : graph.inputs()) content += " " + to_string(graph.value(id).shape.value());
  return sha256(content);
}

}  // namespace

ConvertedFile converted_file(const Graph& graph, const std::vector<std::filesystem::path>& sources,
                             const std::filesystem::path& cache_folder) {
  const std::string key = key_of(graph, sources);
  const auto path = cache_folder / (key + kExtension);
  if (std::filesystem::exists(path)) {
    note_use(path);
    return {map_file(path), std::nullopt};
  }
  note_old_files(cache_folder, kExtension);
  trim_cache(cache_folder);
  const int64_t start_ns = monotonic_ns();
  const flatbuffers::DetachedBuffer bytes = Lowering(fold_qdq(graph)).finish();
  std::error_code exists;
  std::filesystem::create_directories(cache_folder, exists);  // writing says why it cannot
  write_file(note_of(path), key);
  write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const double seconds = static_cast<double>(monotonic_ns() - start_ns) * 1e-9;
  return {map_file(path), seconds};
}

}  // namespace assay
