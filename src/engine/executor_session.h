// SPDX-License-Identifier: MIT
// A session of the plain executor (graph/execute.h): what the engine `reference` offers and `chaos`
// tells lies about. The Graph belongs to the program and outlives its sessions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "graph/execute.h"

namespace assay {

class ExecutorSession : public Session {
 public:
  explicit ExecutorSession(const Graph& graph, Accumulate accumulate = Accumulate::f32)
      : x_graph(graph), x_accumulate(accumulate) {}

  void bind(std::span<const Binding> inputs) override;
  void run() override;
  std::vector<Binding> outputs() override;

 private:
  const Graph& x_graph;
  Accumulate x_accumulate;
  std::map<std::string, Tensor> x_inputs;
  std::vector<std::vector<std::byte>> x_outputs;  // in the graph's order
};

}  // namespace assay
