// SPDX-License-Identifier: MIT
#include "graph/infer.h"

#include <algorithm>
#include <map>

#include "graph/rule.h"

namespace assay {
namespace {

using Table = std::map<std::string_view, Rule>;

const Table& table() {
  static const Table rules = [] {
    Table all;
    for (auto family : {elementwise_rules(), window_rules(), matrix_rules(), normalization_rules(),
                        reduction_rules(), layout_rules(), index_rules(), generator_rules(),
                        quantization_rules(), attention_rules()})
      for (const NamedRule& each : family) {
        const bool is_new = all.emplace(each.op, each.rule).second;
        ASSAY_CHECK(is_new);
      }
    return all;
  }();
  return rules;
}

bool shapes_known(std::span<const Value* const> inputs) {
  return std::all_of(inputs.begin(), inputs.end(),
                     [](const Value* each) { return !each || each->shape; });
}

}  // namespace

bool known_operator(std::string_view op) {
  return table().contains(op);
}

std::vector<std::string> known_operators() {
  std::vector<std::string> names;
  for (const auto& [op, rule] : table()) names.emplace_back(op);
  return names;
}

std::vector<Inferred> infer(const Node& node, std::span<const Value* const> inputs,
                            size_t output_count) {
  const auto found = table().find(node.op);
  if (found == table().end() || !shapes_known(inputs)) return std::vector<Inferred>(output_count);
  const NodeView view(node, inputs, output_count);
  std::vector<Inferred> outputs = found->second(view);
  if (outputs.size() < output_count)
    view.fail("it has {} outputs, not {}", outputs.size(), output_count);
  outputs.resize(output_count);
  for (const Inferred& each : outputs) {
    if (!each.shape) continue;
    try {
      element_count(*each.shape);
    } catch (const Error& error) {
      view.fail("{}", error.what());
    }
  }
  return outputs;
}

}  // namespace assay
