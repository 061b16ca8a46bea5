// SPDX-License-Identifier: MIT
// Shapes of layers that are one operator: recurrent ones, and attention (ONNX opset 23). The
// executor has no kernels for them.
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

// X is sequence x batch x input, R directions x gates * hidden x hidden; with layout 1 the batch
// comes first everywhere.
Outputs recurrent(const NodeView& view) {
  view.require_rank(0, 3);
  view.require_rank(1, 3);
  view.require_rank(2, 3);
  const Shape &x = view.shape(0), &weights = view.shape(1), &recurrence = view.shape(2);
  if (x[2] != weights[2])
    view.fail("the input has {} features, the weight wants {}", x[2], weights[2]);
  const int64_t directions = recurrence[0], hidden = recurrence[2];
  const bool batch_first = view.node().attribute("layout", int64_t{0}) == 1;
  const Inferred all{view.dtype(0), batch_first ? Shape{x[0], x[1], directions, hidden}
                                                : Shape{x[0], directions, x[1], hidden}};
  const Inferred last{view.dtype(0), batch_first ? Shape{x[0], directions, hidden}
                                                 : Shape{directions, x[1], hidden}};
  return {all, last, last};
}

// Q, K, V as batch x heads x length x size, or with the heads inside of the last dimension.
Outputs attention(const NodeView& view) {
  for (size_t i : {0, 1, 2}) view.require_rank(i, 3);
  const Shape &q = view.shape(0), &v = view.shape(2);
  Shape output = q;
  if (view.rank(0) == 3) {
    const int64_t heads = view.node().attribute("q_num_heads", int64_t{0});
    const int64_t value_heads = view.node().attribute("kv_num_heads", int64_t{0});
    if (heads < 1 || value_heads < 1) view.fail("it does not say how many heads it has");
    output.back() = view.times(v.back() / value_heads, heads);
  } else {
    output.back() = v.back();
  }
  Outputs outputs(view.output_count());
  outputs[0] = {view.dtype(0), output};
  return outputs;
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Attention", attention},
    {"GRU", recurrent},
    {"LSTM", recurrent},
    {"RNN", recurrent},
});

}  // namespace

std::span<const NamedRule> attention_rules() {
  return kRules;
}

}  // namespace assay
