// SPDX-License-Identifier: MIT
// A Graph as a TensorFlow session: built, optimized and run once. Many may run it at a time.
#pragma once

#include <string>
#include <vector>

#include "engines/tensorflow/api.h"
#include "engines/tensorflow/config.h"
#include "engines/tensorflow/lowering.h"
#include "graph/graph.h"

namespace assay {

// An input or output of the network.
struct Port {
  std::string name;
  DType dtype = DType::undefined;
  Shape shape;
};

class LoadedGraph {
 public:
  // `settings` as in config.h. The first run, on zeros, makes TensorFlow optimize the
  // network and choose its kernels. Unsupported for what cannot be lowered.
  LoadedGraph(const Graph& graph, const SessionSettings& settings);

  ~LoadedGraph();

  const std::vector<Port>& inputs() const { return x_inputs; }
  const std::vector<Port>& outputs() const { return x_outputs; }
  const std::vector<std::string>& node_names() const { return x_node_names; }

  // One tensor for each input; `results`, one for each output, become the caller's.
  void run(const std::vector<TF_Tensor*>& values, std::vector<TF_Tensor*>& results) const {
    run(values, results, nullptr, nullptr);
  }
  // The metadata (trace.h) of a run on zeros.
  std::string trace() const;

 private:
  void run(const std::vector<TF_Tensor*>& values, std::vector<TF_Tensor*>& results,
           const TF_Buffer* options, TF_Buffer* metadata) const;
  void run_on_zeros(const TF_Buffer* options, TF_Buffer* metadata) const;

  void assign(const std::vector<Variable>& variables) const;

  TensorflowPointer<TF_Graph> x_graph{tensorflow().NewGraph()};
  TensorflowPointer<TF_Session> x_session;
  std::vector<Port> x_inputs, x_outputs;
  std::vector<TF_Output> x_feeds, x_fetches;
  std::vector<std::string> x_node_names;
};

}  // namespace assay
