// SPDX-License-Identifier: MIT
// The plain, obviously correct executor: one loop nest per operator, no blocking, no threads. It
// folds constant shape arithmetic at import, and is the referee between engines (engine
// `reference`).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace assay {

enum class Accumulate { f32, f64 };

// True when the executor has a kernel for the operator.
bool executable_operator(std::string_view op);

// One node on given inputs (null where left out). Throws Error when there is no kernel for the
// operator.
std::vector<Tensor> execute_node(const Node& node, std::span<const Tensor* const> inputs,
                                 size_t output_count, Accumulate accumulate = Accumulate::f32);

// The whole graph: inputs by name, outputs in the graph's order.
std::vector<Tensor> execute(const Graph& graph, const std::map<std::string, Tensor>& inputs,
                            Accumulate accumulate = Accumulate::f32);

}  // namespace assay
