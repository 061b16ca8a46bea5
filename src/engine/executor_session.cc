// SPDX-License-Identifier: MIT
#include "engine/executor_session.h"

namespace assay {

void ExecutorSession::bind(std::span<const Binding> inputs) {
  x_inputs.clear();
  for (const Binding& input : inputs)
    x_inputs[input.name] = make_tensor(input.dtype, input.shape, input.bytes);
}

void ExecutorSession::run() {
  x_outputs.clear();
  for (const Tensor& output : execute(x_graph, x_inputs, x_accumulate))
    x_outputs.emplace_back(output.raw().begin(), output.raw().end());
}

std::vector<Binding> ExecutorSession::outputs() {
  std::vector<Binding> result;
  for (size_t i = 0; i < x_outputs.size(); ++i) {
    const Value& value = x_graph.value(x_graph.outputs()[i]);
    result.push_back({value.name, value.dtype, value.shape.value(), x_outputs[i]});
  }
  return result;
}

}  // namespace assay
