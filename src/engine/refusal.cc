// SPDX-License-Identifier: MIT
#include "engine/refusal.h"

#include <fmt/format.h>

#include "base/error.h"
#include "graph/execute.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

std::optional<Graph> read(const LoadRequest& request, bool structure_only) {
  try {
    return read_onnx(request.path, {.input_shapes = request.configuration.input,
                                    .structure_only = structure_only});
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> refusal(const LoadRequest& request,
                                   const std::function<void(const Graph&)>& lower) {
  std::optional<std::string> why;
  for (const bool structure_only : {true, false}) {
    const std::optional<Graph> graph = read(request, structure_only);
    if (!graph) return std::nullopt;
    try {
      lower(*graph);
      return std::nullopt;
    } catch (const std::exception& error) {
      why = error.what();
    }
  }
  return why;
}

void require_kernels(const Graph& graph) {
  for (const Node& node : graph.nodes())
    if (!executable_operator(node.op))
      throw Unsupported(fmt::format("the executor has no kernel for operator {} (node '{}')",
                                    node.op, node.name));
}

}  // namespace assay
