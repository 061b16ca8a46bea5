// SPDX-License-Identifier: MIT
// How the processors that this process may use lie on cores and on NUMA nodes, and what governs
// their frequency, as /sys tells it. What is not told there (containers, other architectures) is
// one core for each processor, one node, no governor.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// "0-3,8" -> {0, 1, 2, 3, 8}; what is no number is left out.
std::vector<int> processors_of(const std::string& list);

struct Topology {
  int cores = 0;               // distinct cores among the processors; the rest are their siblings
  int nodes = 1;               // distinct NUMA nodes among them
  int largest_node_cores = 0;  // cores of the node that has most of them
  std::string governor{};      // of all that have one, "performance, powersave"; empty: no cpufreq
  std::optional<double> hz{};  // the highest current frequency that cpufreq tells
  std::optional<double> max_hz{};  // what it may rise to
};

Topology read_topology(const std::vector<int>& processors, const std::filesystem::path& root = "/");

}  // namespace assay
