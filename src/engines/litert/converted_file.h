// SPDX-License-Identifier: MIT
// A network as the .tflite file that LiteRT loads: written once for each content and shape by each
// build of this program, kept in the user's cache (base/cache_trim.h), and mapped from there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "graph/graph.h"

namespace assay {

struct ConvertedFile {
  MappedFile file;
  std::optional<double> seconds;  // that lowering and writing took; empty: it was there
};

// `sources` are the files that the graph was read from. Unsupported as Lowering; Error when the
// cache cannot be written. Calls at the same time are safe, also from several processes.
ConvertedFile converted_file(const Graph& graph, const std::vector<std::filesystem::path>& sources,
                             const std::filesystem::path& cache_folder);

}  // namespace assay
