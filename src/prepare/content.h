// SPDX-License-Identifier: MIT
// SHA-256 of files and of networks (private to prepare/). A file's hash is kept in the cache folder
// beside its size and times, because hashing half a gigabyte for every configuration of a sweep
// would cost more than loading it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace assay {

struct Content {
  std::string sha256;
  int64_t bytes = 0;
};

// Of one file, or of a file with the external data beside it: then over their hashes, in order. A
// cache that cannot be written is no error.
Content content_of(const std::vector<std::filesystem::path>& files,
                   const std::filesystem::path& cache_folder);

// Over everything but the values of declared constants: operators, attributes, names and shapes.
std::string structure_sha256(const Graph& graph);

}  // namespace assay
