// SPDX-License-Identifier: MIT
// Any bytes are either a model, read as a Graph whose known shapes can be counted, or an Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/error.h"
#include "onnx/onnx.h"

namespace {

void count_all(const assay::Graph& graph) {
  for (const assay::Value& value : graph.values())
    if (value.shape && assay::element_count(*value.shape) < 0) std::abort();
  for (const assay::Node& node : graph.nodes())
    for (assay::ValueId id : node.inputs)
      if (id != assay::kNoValue && static_cast<size_t>(id) >= graph.values().size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    count_all(assay::parse_onnx(std::as_bytes(std::span(data, size)), "/nonexistent"));
  } catch (const assay::Error&) {
  }
  return 0;
}
