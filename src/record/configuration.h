// SPDX-License-Identifier: MIT
// A Configuration is one cell of a sweep: what was asked. It is data; its JSON is part of the
// store's and the protocol's contract, and its id is a hash of exactly these fields.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay {

using InputShapes = std::map<std::string, std::vector<int64_t>>;

struct Configuration {
  std::string model;  // as the user named it: a zoo name with "@size" if not its own, or a path
  std::string model_sha256;  // of the file that the engine is given
  InputShapes input;         // static shapes, batch included
  std::string engine;
  std::string engine_version;  // what the worker's hello said
  std::string device = "cpu";
  std::string precision = "fp32";
  int64_t batch = 1;
  int threads = 1;
  int streams = 1;
  std::string scenario = "single_stream";
  std::map<std::string, std::string> options;  // "graph_level" -> "3"; without the engine's prefix

  bool operator==(const Configuration&) const = default;
};

// The first 16 hexadecimal digits of SHA-256 over the canonical JSON of the configuration.
std::string configuration_id(const Configuration& configuration);

}  // namespace assay
