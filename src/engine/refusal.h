// SPDX-License-Identifier: MIT
// Why an engine that rebuilds a Graph cannot take a model, for supports(): the lowering that load()
// does is tried on the model without its large weights, which is quick for a file of any size.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/engine.h"
#include "graph/graph.h"

namespace assay {

// What `lower` throws, in its words. It is given the model with large constants declared only and,
// if it throws, as load() reads it: what is computed of a large constant is folded only there.
// Nothing when it returns, or when the file cannot be read: load() says what is wrong with it.
std::optional<std::string> refusal(const LoadRequest& request,
                                   const std::function<void(const Graph&)>& lower);

// Unsupported, naming the first operator that the plain executor (graph/execute.h) has no kernel
// for.
void require_kernels(const Graph& graph);

}  // namespace assay
