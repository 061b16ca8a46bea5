// SPDX-License-Identifier: MIT
// A Sweep is a campaign as it was planned: which configurations, with which engines, from which
// files, on which machine. What is finished of it stands in the store beside it, so that it can be
// resumed, and only where it was begun and as it was planned.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace assay {

struct Sweep {
  std::string id;  // ULID
  std::string name;
  std::string begun_at;             // UTC
  std::string machine_fingerprint;  // results of two machines are never one sweep's
  std::string cpu;                  // in words
  int shard = 1, shards = 1;        // this store has part `shard` of `shards`
  std::vector<std::string> cells;   // of all shards: the command that makes each of them
  std::map<std::string, std::string> engines{};  // versions
  std::map<std::string, std::string> files{};    // SHA-256 of the user's models, by path

  bool operator==(const Sweep&) const = default;
};

// What has changed between a sweep and the plan that is to go on with it, as one clause: "3
// configurations are new and 2 are gone", "openvino was 2026.3.1 and is 2026.4.1". Empty: nothing.
std::string difference(const Sweep& begun, const Sweep& planned);

}  // namespace assay
