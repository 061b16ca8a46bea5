// SPDX-License-Identifier: MIT
// From what the user named to the file that an engine loads: resolves zoo names and paths, binds
// inputs, exports zoo networks with seeded or trained weights to ONNX once per content (cached by
// hash), and keeps the Graph for analysis.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "graph/graph.h"
#include "record/configuration.h"

namespace assay {

// What the user said: flags of docs/cli.md that go with a model.
struct ModelSpec {
  std::string
      name;  // "resnet50", "resnet50@256", "park/vgg-bn-relu@256", or a path to an .onnx file
  int64_t input_size = 0;  // 0: the network's own
  int64_t classes = 0;     // 0: the network's own
  int64_t batch = 1;
  InputShapes input_shapes = {};  // for ONNX files with unknown dimensions
  std::string weights = {};       // safetensors file; empty: seeded
  uint64_t seed = 0;
  // int8 in QDQ form, with ranges seen on random inputs. Zoo networks only: a file is as it is.
  bool quantized = false;
};

struct PreparedModel {
  std::string name;            // canonical: alias resolved, "@size" kept
  std::filesystem::path file;  // ONNX
  std::string sha256;          // of the file (external data included)
  int64_t file_bytes = 0;      // external data included
  InputShapes input;           // static shapes, batch included
  bool from_zoo = false;
  // For analysis; zoo networks have declared weights. Null when the file could not be read as a
  // Graph; why in `graph_problem`.
  std::shared_ptr<const Graph> graph;
  std::string graph_problem;
  double prepare_seconds = 0;  // of writing the file; 0 when it came from the cache
};

// Error when there is no such model (nearest names offered), the file is no ONNX, an unknown
// dimension is not given, a flag does not fit the model, or the cache cannot be written. Calls at
// the same time are safe, also from several processes.
PreparedModel prepare(const ModelSpec& spec, const std::filesystem::path& cache_folder);
// As prepare(), for questions about the model before it is measured: a network of the zoo is
// written into `folder` with zeros for weights, which take no room and little time; at int8 with
// some ranges. A file stays as it is.
PreparedModel outline(const ModelSpec& spec, const std::filesystem::path& folder);
// Error as prepare() for a model that cannot be had; nothing is written.
void check_model(const ModelSpec& spec);
// The Graph alone, weights declared only for zoo names: what `inspect` needs.
Graph load_graph(const ModelSpec& spec);

}  // namespace assay
