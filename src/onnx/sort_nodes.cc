// SPDX-License-Identifier: MIT
#include "onnx/sort_nodes.h"

#include <fmt/format.h>

#include <queue>
#include <set>
#include <unordered_map>

#include "base/error.h"

namespace assay {
namespace {

void collect_captured(const onnx::GraphProto& graph, std::set<std::string> local,
                      std::set<std::string>& captured) {
  for (const auto& each : graph.input()) local.insert(each.name());
  for (const auto& each : graph.initializer()) local.insert(each.name());
  for (const auto& node : graph.node())
    for (const auto& name : node.output()) local.insert(name);
  auto read = [&](const std::string& name) {
    if (!name.empty() && !local.contains(name)) captured.insert(name);
  };
  for (const auto& node : graph.node()) {
    for (const auto& name : node.input()) read(name);
    for (const auto& attribute : node.attribute())
      if (attribute.has_g()) collect_captured(attribute.g(), local, captured);
  }
  for (const auto& each : graph.output()) read(each.name());
}

std::unordered_map<std::string, int> producers_of(const NodeProtos& nodes) {
  std::unordered_map<std::string, int> producers;
  for (int n = 0; n < nodes.size(); ++n)
    for (const std::string& name : nodes[n].output()) {
      if (name.empty()) continue;
      if (!producers.emplace(name, n).second)
        throw Error("{} produces '{}', which another node produces too", describe(nodes[n]), name);
    }
  return producers;
}

std::vector<std::string> reads_of(const onnx::NodeProto& node) {
  std::vector<std::string> names = captured_names(node);
  for (const std::string& name : node.input())
    if (!name.empty()) names.push_back(name);
  return names;
}

}  // namespace

std::string describe(const onnx::NodeProto& node) {
  const bool unnamed = node.name().empty() && node.output_size() > 0;
  return fmt::format("node '{}' ({})", unnamed ? node.output(0) : node.name(), node.op_type());
}

std::vector<std::string> captured_names(const onnx::NodeProto& node) {
  std::set<std::string> captured;
  for (const auto& attribute : node.attribute())
    if (attribute.has_g()) collect_captured(attribute.g(), {}, captured);
  return {captured.begin(), captured.end()};
}

std::vector<int> sorted_nodes(const NodeProtos& nodes, const HasName& outside) {
  const auto producers = producers_of(nodes);
  const size_t count = static_cast<size_t>(nodes.size());
  std::vector<std::vector<int>> readers(count);
  std::vector<int> waits_for(count);
  for (int n = 0; n < nodes.size(); ++n)
    for (const std::string& name : reads_of(nodes[n])) {
      const auto producer = producers.find(name);
      if (producer != producers.end()) {
        readers[static_cast<size_t>(producer->second)].push_back(n);
        ++waits_for[static_cast<size_t>(n)];
      } else if (!outside(name)) {
        throw Error("{} reads '{}', which nothing produces", describe(nodes[n]), name);
      }
    }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int n = 0; n < nodes.size(); ++n)
    if (waits_for[static_cast<size_t>(n)] == 0) ready.push(n);
  std::vector<int> order;
  while (!ready.empty()) {
    const int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (int reader : readers[static_cast<size_t>(next)])
      if (--waits_for[static_cast<size_t>(reader)] == 0) ready.push(reader);
  }
  for (int n = 0; n < nodes.size(); ++n)
    if (waits_for[static_cast<size_t>(n)] > 0)
      throw Error("the graph has a cycle: {} waits for its own result", describe(nodes[n]));
  return order;
}

}  // namespace assay
