// SPDX-License-Identifier: MIT
// Any bytes are either a model, read as a Graph that refers only to its own values and that
// analyse() counts, or an Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>

#include "base/error.h"
#include "graph/cost.h"
#include "onnx/onnx.h"

namespace {

void count_all(const assay::Graph& graph) {
  for (const assay::Value& value : graph.values())
    if (value.shape && assay::element_count(*value.shape) < 0) std::abort();
  for (const assay::Node& node : graph.nodes())
    for (assay::ValueId id : node.inputs)
      if (id != assay::kNoValue && static_cast<size_t>(id) >= graph.values().size()) std::abort();
  const assay::Cost cost = assay::analyse(graph);
  if (cost.macs < 0 || cost.parameters < 0 || cost.peak_activation_bytes < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::optional<assay::Graph> graph;
  try {
    graph = assay::parse_onnx(std::as_bytes(std::span(data, size)), "/nonexistent");
  } catch (const assay::Error&) {
    return 0;
  }
  count_all(*graph);  // no Error: what was read can be counted
  return 0;
}
