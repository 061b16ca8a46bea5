// SPDX-License-Identifier: MIT
#include "graph/cost.h"

#include <algorithm>

#include "graph/infer.h"
#include "graph/liveness.h"
#include "graph/macs.h"
#include "graph/parameters.h"
#include "graph/ptflops.h"
#include "graph/saturate.h"

namespace assay {

namespace {

class Analysis {
 public:
  explicit Analysis(const Graph& graph)
      : x_graph(graph), x_learned(learned_constants(graph)), x_buffers(buffers_of(graph)) {}

  Cost run() {
    x_cost.layers.resize(x_graph.nodes().size());
    for (size_t id = 0; id < x_cost.layers.size(); ++id) describe(static_cast<NodeId>(id));
    for (size_t id = 0; id < x_graph.values().size(); ++id) add_constant(static_cast<ValueId>(id));
    for (const LayerCost& layer : x_cost.layers) {
      x_cost.macs = saturating_add(x_cost.macs, layer.macs);
      x_cost.ptflops_macs = saturating_add(x_cost.ptflops_macs, layer.ptflops_macs);
      x_cost.activations = saturating_add(x_cost.activations, layer.activations);
    }
    add_memory();
    return std::move(x_cost);
  }

 private:
  Shape shape_of(const std::vector<ValueId>& ids) const {
    if (ids.empty() || ids[0] == kNoValue) return {};
    return x_graph.value(ids[0]).shape.value_or(Shape{});
  }

  void describe(NodeId id) {
    const Node& node = x_graph.node(id);
    LayerCost& layer = x_cost.layers[static_cast<size_t>(id)];
    layer.name = node.name;
    layer.op = node.op;
    layer.input = shape_of(node.inputs);
    layer.output = shape_of(node.outputs);
    const auto macs = macs_of(x_graph, node);
    layer.macs = macs.value_or(0);
    layer.ptflops_macs = ptflops_macs_of(x_graph, node, layer.macs);
    if (!macs || !known_operator(node.op)) mark_uncounted(node.op);
    for (const ValueId output : node.outputs) {
      if (output != kNoValue && is_written(id, output)) {
        layer.activations =
            saturating_add(layer.activations, element_count(*x_graph.value(output).shape));
      }
    }
  }

  // Views and the inner nodes of composed activations write nothing of their own.
  bool is_written(NodeId id, ValueId output) const {
    if (!x_graph.value(output).shape) return false;
    const BufferId buffer = x_buffers.of_value[static_cast<size_t>(output)];
    const auto& writes = x_buffers.nodes[static_cast<size_t>(id)].writes;
    return std::count(writes.begin(), writes.end(), buffer) > 0;
  }

  void mark_uncounted(const std::string& op) {
    auto& ops = x_cost.uncounted;
    if (std::count(ops.begin(), ops.end(), op) == 0) ops.push_back(op);
  }

  void add_constant(ValueId id) {
    const Value& value = x_graph.value(id);
    if (!value.constant) return;
    const int64_t count = value.constant->elements();
    if (x_learned.is_statistic[static_cast<size_t>(id)]) {
      x_cost.running_statistics = saturating_add(x_cost.running_statistics, count);
    }
    const NodeId owner = x_learned.owner[static_cast<size_t>(id)];
    if (owner == kNoNode) return;
    LayerCost& layer = x_cost.layers[static_cast<size_t>(owner)];
    constexpr std::string_view kSuffix = ".weight";
    if (value.name.size() > kSuffix.size() && value.name.ends_with(kSuffix)) {
      layer.name = value.name.substr(0, value.name.size() - kSuffix.size());
    }
    layer.parameters = saturating_add(layer.parameters, count);
    x_cost.parameters = saturating_add(x_cost.parameters, count);
    const auto bytes = static_cast<int64_t>(size_of(value.constant->dtype));
    layer.weight_bytes = saturating_add(layer.weight_bytes, saturating_multiply(count, bytes));
    x_cost.weight_bytes = saturating_add(x_cost.weight_bytes, saturating_multiply(count, bytes));
  }

  void add_memory() {
    const LowestPeak lowest = lowest_peak(x_graph, x_buffers);
    x_cost.peak_activation_bytes = lowest.own_buffers.peak;
    x_cost.peak_activation_bytes_inplace = lowest.in_place.peak;
    for (size_t id = 0; id < x_cost.layers.size(); ++id) {
      LayerCost& layer = x_cost.layers[id];
      layer.live_bytes = lowest.own_buffers.bytes[id];
      layer.live_bytes_inplace = lowest.in_place.bytes[id];
      layer.moved_bytes = layer.weight_bytes;
      for (const auto* moved : {&x_buffers.nodes[id].reads, &x_buffers.nodes[id].writes})
        for (const BufferId buffer : *moved)
          layer.moved_bytes =
              saturating_add(layer.moved_bytes, x_buffers.bytes[static_cast<size_t>(buffer)]);
    }
    add_totals();
  }

  void add_totals() {
    int64_t moved = x_cost.weight_bytes;
    for (const int64_t bytes : x_buffers.bytes) moved = saturating_add(moved, bytes);
    if (moved > 0) {
      x_cost.arithmetic_intensity = static_cast<double>(x_cost.macs) / static_cast<double>(moved);
    }
    x_cost.weight_bytes_by_precision = {{"fp32", saturating_multiply(4, x_cost.parameters)},
                                        {"fp16", saturating_multiply(2, x_cost.parameters)},
                                        {"bf16", saturating_multiply(2, x_cost.parameters)},
                                        {"int8", x_cost.parameters}};
  }

  const Graph& x_graph;
  LearnedConstants x_learned;
  Buffers x_buffers;
  Cost x_cost;
};

}  // namespace

double LayerCost::arithmetic_intensity() const {
  return moved_bytes > 0 ? static_cast<double>(macs) / static_cast<double>(moved_bytes) : 0;
}

Cost analyse(const Graph& graph) {
  return Analysis(graph).run();
}

}  // namespace assay
