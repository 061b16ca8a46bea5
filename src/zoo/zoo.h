// SPDX-License-Identifier: MIT
// The zoo: networks built by our own code as Graphs, equal to the published architectures. One
// table names, lists and builds them; one file per family; layers.h is the vocabulary they are
// written in.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace assay {

struct BuildOptions {
  int64_t batch = 1;
  int64_t input_size = 0;  // side of the square input; 0: the network's own
  int64_t classes = 0;     // 0: the network's own
};

struct ZooEntry {
  std::string name;                       // "resnet50", "park/vgg-bn-relu"
  std::vector<std::string> aliases = {};  // from the table in aliases.cc
  std::string family;                     // "resnet"
  std::string paper;                      // "He et al., 2016, arXiv 1512.03385"
  std::string source;                     // the implementation whose tensor names the network has
  int64_t input_size = 224;
  int64_t input_channels = 3;
  int64_t classes = 1000;
  // Prefixes of tensors that only training uses (auxiliary heads): ignored in weight files.
  std::vector<std::string> training_only = {};
  std::function<Graph(const ZooEntry&, const BuildOptions&)> build;
};

std::span<const ZooEntry> zoo();
// By name or alias; case, '-' and '_' are ignored ("ResNet-50", "vgg16bn"). "name@256" is for the
// caller to take apart (see prepare/prepare.h). Null when unknown.
const ZooEntry* find_in_zoo(std::string_view name);

// The network with declared weights (no values): cheap. Input "input" (N x C x S x S, f32), output
// "output" (N x classes). Error when the input is too small for the network's windows, or an option
// is negative.
Graph build(const ZooEntry& entry, const BuildOptions& options = {});

// Gives every declared constant seeded values, scaled by fan-in so that activations stay in range
// through the whole depth; the same bytes on every machine (base/random.h, no libm).
void fill_seeded(Graph& graph, uint64_t seed = 0);

}  // namespace assay
