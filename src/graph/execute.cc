// SPDX-License-Identifier: MIT
#include "graph/execute.h"

#include <unordered_map>

#include "base/error.h"
#include "graph/kernels/kernel.h"

namespace assay {

namespace {

using KernelTable = std::unordered_map<std::string_view, Kernel>;

const KernelTable& kernel_table() {
  static const KernelTable table = [] {
    KernelTable rows;
    for (const auto family :
         {activation_kernels(), arithmetic_kernels(), comparison_kernels(), convolution_kernels(),
          indexing_kernels(), matrix_kernels(), movement_kernels(), normalization_kernels(),
          pooling_kernels(), quantization_kernels(), rearrangement_kernels(), reduction_kernels(),
          resize_kernels(), sampling_kernels(), shape_kernels(), softmax_kernels()}) {
      for (const KernelRow& row : family) ASSAY_CHECK(rows.emplace(row.op, row.kernel).second);
    }
    return rows;
  }();
  return table;
}

const Tensor& given(const Value& value, const std::map<std::string, Tensor>& inputs) {
  const auto found = inputs.find(value.name);
  if (found == inputs.end()) throw Error("input '{}' is not given", value.name);
  const Tensor& tensor = found->second;
  if (tensor.dtype != value.dtype || (value.shape && tensor.shape != *value.shape)) {
    throw Error("input '{}' is {} {}, but the model takes {} {}", value.name, name_of(tensor.dtype),
                to_string(tensor.shape), name_of(value.dtype),
                value.shape ? to_string(*value.shape) : "of any shape");
  }
  return tensor;
}

// How many readers of each value are still to come; an output is read once more, by the caller.
std::vector<size_t> count_readers(const Graph& graph) {
  std::vector<size_t> readers(graph.values().size(), 0);
  for (const Node& node : graph.nodes()) {
    for (const ValueId id : node.inputs) {
      if (id != kNoValue) ++readers[static_cast<size_t>(id)];
    }
  }
  for (const ValueId id : graph.outputs()) ++readers[static_cast<size_t>(id)];
  return readers;
}

void check_shape(const Node& node, const Value& value, const Tensor& tensor) {
  if (value.shape && *value.shape != tensor.shape) {
    throw Error("node '{}' ({}) gave {}, but its inferred shape is {}", node.name, node.op,
                to_string(tensor.shape), to_string(*value.shape));
  }
}

class Run {
 public:
  Run(const Graph& graph, Accumulate accumulate)
      : x_graph(graph),
        x_accumulate(accumulate),
        x_tensors(graph.values().size()),
        x_readers(count_readers(graph)) {}

  void set(ValueId id, const Tensor& tensor) { x_tensors[static_cast<size_t>(id)] = tensor; }

  const Tensor* get(ValueId id) const {
    if (id == kNoValue) return nullptr;
    const auto& constant = x_graph.value(id).constant;
    return constant ? &*constant : &x_tensors[static_cast<size_t>(id)];
  }

  void step(const Node& node) {
    std::vector<const Tensor*> arguments;
    for (const ValueId id : node.inputs) arguments.push_back(get(id));
    auto results = execute_node(node, arguments, node.outputs.size(), x_accumulate);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const ValueId id = node.outputs[i];
      if (id == kNoValue || x_readers[static_cast<size_t>(id)] == 0) continue;
      if (i >= results.size()) {
        throw Error("node '{}' ({}): the executor does not give output {}", node.name, node.op, i);
      }
      check_shape(node, x_graph.value(id), results[i]);
      set(id, results[i]);
    }
    for (const ValueId id : node.inputs) {
      if (id != kNoValue && --x_readers[static_cast<size_t>(id)] == 0) set(id, {});
    }
  }

 private:
  const Graph& x_graph;
  Accumulate x_accumulate;
  std::vector<Tensor> x_tensors;
  std::vector<size_t> x_readers;
};

}  // namespace

bool executable_operator(std::string_view op) {
  return kernel_table().contains(op);
}

std::vector<Tensor> execute_node(const Node& node, std::span<const Tensor* const> inputs,
                                 size_t output_count, Accumulate accumulate) {
  const auto found = kernel_table().find(node.op);
  if (found == kernel_table().end()) {
    throw Error("node '{}': the executor has no kernel for operator '{}'", node.name, node.op);
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] != nullptr && inputs[i]->declared_only()) {
      throw Error("node '{}' ({}): input {} has a shape but no values", node.name, node.op, i);
    }
  }
  return found->second({node, inputs, output_count, accumulate});
}

std::vector<Tensor> execute(const Graph& graph, const std::map<std::string, Tensor>& inputs,
                            Accumulate accumulate) {
  Run run(graph, accumulate);
  for (const ValueId id : graph.inputs()) run.set(id, given(graph.value(id), inputs));
  for (const Node& node : graph.nodes()) run.step(node);
  std::vector<Tensor> results;
  for (const ValueId id : graph.outputs()) results.push_back(*run.get(id));
  return results;
}

}  // namespace assay
