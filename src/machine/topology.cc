// SPDX-License-Identifier: MIT
#include "machine/topology.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "machine/proc_files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr int kMostProcessors = 65536;  // a list of more is no list

// The processors that share its core, itself at least.
std::vector<int> siblings_of(int processor, const fs::path& folder) {
  std::vector<int> siblings = processors_of(read_proc(folder / "topology/thread_siblings_list"));
  if (std::ranges::find(siblings, processor) == siblings.end()) return {processor};
  return siblings;
}

std::map<int, int> node_of_each(const fs::path& root) {
  std::map<int, int> nodes;
  const fs::path folder = root / "sys/devices/system/node";
  for (const int node : processors_of(read_proc(folder / "online")))
    for (const int processor :
         processors_of(read_proc(folder / ("node" + std::to_string(node)) / "cpulist")))
      nodes[processor] = node;
  return nodes;
}

void raise(std::optional<double>& highest, const fs::path& file_of_khz) {
  const auto khz = read_number(file_of_khz);
  if (!khz || *khz <= 0) return;
  highest = std::max(highest.value_or(0), static_cast<double>(*khz) * 1e3);
}

}  // namespace

std::vector<int> processors_of(const std::string& list) {
  std::vector<int> processors;
  std::istringstream in(list);
  for (std::string range; std::getline(in, range, ',');) {
    int first = 0, last = 0;
    const int found = std::sscanf(range.c_str(), "%d-%d", &first, &last);
    if (found == 1) last = first;
    if (found < 1 || first < 0 || last >= kMostProcessors) continue;
    for (int processor = first; processor <= last; ++processor) processors.push_back(processor);
  }
  return processors;
}

Topology read_topology(const std::vector<int>& processors, const fs::path& root) {
  Topology topology;
  std::set<std::string> governors;
  std::map<int, std::set<int>> cores_of_node;
  std::set<int> cores;  // each by its first sibling
  const std::map<int, int> nodes = node_of_each(root);
  for (const int processor : processors) {
    const fs::path folder = root / "sys/devices/system/cpu" / ("cpu" + std::to_string(processor));
    const int core = std::ranges::min(siblings_of(processor, folder));
    const auto node = nodes.find(processor);
    cores.insert(core);
    cores_of_node[node == nodes.end() ? 0 : node->second].insert(core);
    const std::string governor = read_proc(folder / "cpufreq/scaling_governor");
    if (!governor.empty()) governors.insert(governor);
    raise(topology.hz, folder / "cpufreq/scaling_cur_freq");
    raise(topology.max_hz, folder / "cpufreq/scaling_max_freq");
  }
  topology.cores = static_cast<int>(cores.size());
  topology.nodes = std::max(1, static_cast<int>(cores_of_node.size()));
  for (const auto& [node, members] : cores_of_node)
    topology.largest_node_cores =
        std::max(topology.largest_node_cores, static_cast<int>(members.size()));
  for (const std::string& governor : governors)
    topology.governor += (topology.governor.empty() ? "" : ", ") + governor;
  return topology;
}

}  // namespace assay
