// SPDX-License-Identifier: MIT
// A Configuration is one cell of a sweep: what was asked. It is data; its JSON is part of the
// store's and the protocol's contract, and its id is a hash of these fields.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record/scenario.h"

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
  int threads = 1;  // of each stream
  int streams = 1;  // sessions that run at once
  Scenario scenario = Scenario::single_stream;
  double rate_per_s = 0;    // server: queries in a second, on average
  int64_t idle_gap_ns = 0;  // slept between calls
  bool include_transfer =
      false;  // copying inputs to the engine and outputs back counts as part of the call
  bool fresh_inputs = false;  // single_stream: each call has other inputs than the one before
  std::map<std::string, std::string> options;  // "graph_level" -> "3"; without the engine's prefix

  bool operator==(const Configuration&) const = default;
};

// An engine as it is asked for may name its version, "openvino@2026.3.0": the engine's name alone.
std::string without_version(const std::string& engine);

// Images that one sample is about: a query of multi_stream is one batch on each stream.
int64_t images_per_query(const Configuration& configuration);

// The first 16 hexadecimal digits of SHA-256 over the canonical JSON of the configuration. Fields
// that came later (rate_per_s and below, but for options) are left out at their default, so that no
// id ever changes.
std::string configuration_id(const Configuration& configuration);

}  // namespace assay
