// SPDX-License-Identifier: MIT
#include "graph/liveness.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "graph/kernels/kernel.h"
#include "graph/saturate.h"
#include "graph/topological_order.h"

namespace assay {

namespace {

using Names = std::unordered_set<std::string_view>;

Names names_of(std::span<const KernelRow> rows) {
  Names names;
  for (const KernelRow& row : rows) names.insert(row.op);
  return names;
}

bool is_activation(std::string_view op) {
  static const Names names = names_of(activation_kernels());
  return names.contains(op);
}

bool is_arithmetic(std::string_view op) {
  static const Names names = names_of(arithmetic_kernels());
  return names.contains(op);
}

bool may_run_in_place(std::string_view op) {
  return op == "BatchNormalization" || is_activation(op) || is_arithmetic(op);
}

// At most 16 TiB, so that no sum over a graph's buffers overflows.
int64_t bytes_of(const Value& value) {
  constexpr int64_t kMostBytes = int64_t{1} << 44;
  if (!value.shape) return 0;
  const auto size = static_cast<int64_t>(size_of(value.dtype));
  return std::min(saturating_multiply(element_count(*value.shape), size), kMostBytes);
}

class Builder {
 public:
  explicit Builder(const Graph& graph) : x_graph(graph), x_uses(graph.values().size(), 0) {
    for (const Node& node : graph.nodes()) {
      for (const ValueId id : node.inputs) {
        if (id != kNoValue) ++x_uses[static_cast<size_t>(id)];
      }
    }
    for (const ValueId id : graph.outputs()) ++x_uses[static_cast<size_t>(id)];
    find_composed_activations();
  }

  Buffers build() {
    x_buffers.of_value.assign(x_graph.values().size(), kNoBuffer);
    x_buffers.nodes.resize(x_graph.nodes().size());
    for (const ValueId id : x_graph.inputs()) {
      if (x_graph.value(id).constant) continue;
      x_buffers.inputs = allocate(id) + 1;
    }
    for (size_t id = 0; id < x_graph.nodes().size(); ++id) add(static_cast<NodeId>(id));
    for (const ValueId id : x_graph.outputs()) {
      const BufferId buffer = x_buffers.of_value[static_cast<size_t>(id)];
      if (buffer != kNoBuffer) ++x_buffers.readers[static_cast<size_t>(buffer)];
    }
    return std::move(x_buffers);
  }

 private:
  int32_t uses(ValueId id) const { return x_uses[static_cast<size_t>(id)]; }

  bool computed(ValueId id) const { return id != kNoValue && !x_graph.value(id).constant; }

  // The only input that is no constant, kNoValue when there is none or several.
  ValueId only_input(const Node& node) const {
    ValueId only = kNoValue;
    for (const ValueId id : node.inputs) {
      if (!computed(id)) continue;
      if (only != kNoValue) return kNoValue;
      only = id;
    }
    return only;
  }

  // Where a chain of element-wise nodes with one reader each begins, going up from `id`; the nodes
  // are added to `chain`.
  ValueId chain_start(ValueId id, std::vector<NodeId>& chain) const {
    for (;;) {
      const Value& value = x_graph.value(id);
      if (value.producer == kNoNode || uses(id) != 1) return id;
      const Node& node = x_graph.node(value.producer);
      if (!is_activation(node.op) && !is_arithmetic(node.op)) return id;
      const ValueId up = only_input(node);
      if (up == kNoValue || x_graph.value(up).shape != value.shape) return id;
      chain.push_back(value.producer);
      id = up;
    }
  }

  // A product of two chains that begin at one value is an activation written as several nodes, and
  // so is that product scaled by a constant: the nodes before the last share the value's buffer.
  void find_composed_activations() {
    x_shared.assign(x_graph.nodes().size(), kNoValue);
    std::vector<ValueId> begins(x_graph.nodes().size(), kNoValue);  // of products, by NodeId
    for (size_t id = 0; id < begins.size(); ++id) {
      const Node& node = x_graph.nodes()[id];
      if (node.op != "Mul" || node.inputs.size() != 2) continue;
      const ValueId only = only_input(node);
      if (only == kNoValue) {
        begins[id] = common_start(node);
        continue;
      }
      const NodeId product = x_graph.value(only).producer;
      if (product == kNoNode || uses(only) != 1) continue;
      x_shared[static_cast<size_t>(product)] = begins[static_cast<size_t>(product)];
    }
  }

  // Where both factors of a product begin; the nodes between are marked. kNoValue if elsewhere.
  ValueId common_start(const Node& product) {
    if (!computed(product.inputs[0]) || !computed(product.inputs[1])) return kNoValue;
    std::vector<NodeId> chain;
    const ValueId start = chain_start(product.inputs[0], chain);
    if (start != chain_start(product.inputs[1], chain)) return kNoValue;
    for (const NodeId id : chain) x_shared[static_cast<size_t>(id)] = start;
    return start;
  }

  BufferId allocate(ValueId id) {
    x_buffers.bytes.push_back(bytes_of(x_graph.value(id)));
    x_buffers.readers.push_back(0);
    const auto buffer = static_cast<BufferId>(x_buffers.bytes.size() - 1);
    x_buffers.of_value[static_cast<size_t>(id)] = buffer;
    return buffer;
  }

  void add(NodeId id) {
    const Node& node = x_graph.node(id);
    NodeBuffers& own = x_buffers.nodes[static_cast<size_t>(id)];
    for (const ValueId input : node.inputs) {
      if (input == kNoValue) continue;
      const BufferId buffer = x_buffers.of_value[static_cast<size_t>(input)];
      if (buffer == kNoBuffer || std::count(own.reads.begin(), own.reads.end(), buffer)) continue;
      own.reads.push_back(buffer);
      ++x_buffers.readers[static_cast<size_t>(buffer)];
    }
    own.may_overwrite = may_run_in_place(node.op);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      const ValueId output = node.outputs[i];
      if (output == kNoValue || x_graph.value(output).constant || (i > 0 && uses(output) == 0)) {
        continue;
      }
      const ValueId source = i == 0 ? shared_source(id) : kNoValue;
      if (source == kNoValue) {
        own.writes.push_back(allocate(output));
      } else {
        x_buffers.of_value[static_cast<size_t>(output)] =
            x_buffers.of_value[static_cast<size_t>(source)];
      }
    }
  }

  // The input whose buffer the first output shares, if any.
  ValueId shared_source(NodeId id) const {
    const Node& node = x_graph.node(id);
    if (x_shared[static_cast<size_t>(id)] != kNoValue) return x_shared[static_cast<size_t>(id)];
    return is_view(node) && !node.inputs.empty() ? node.inputs[0] : kNoValue;
  }

  const Graph& x_graph;
  Buffers x_buffers;
  std::vector<int32_t> x_uses;
  std::vector<ValueId> x_shared;  // by NodeId, inside a composed activation: the value it begins at
};

// Bytes of a read that dies here and that the first write takes over.
int64_t overwritten_bytes(const Buffers& buffers, const NodeBuffers& node,
                          const std::vector<int32_t>& left) {
  if (!node.may_overwrite || node.writes.empty()) return 0;
  const int64_t wanted = buffers.bytes[static_cast<size_t>(node.writes[0])];
  for (const BufferId read : node.reads) {
    const auto at = static_cast<size_t>(read);
    if (read >= buffers.inputs && left[at] == 1 && buffers.bytes[at] == wanted) return wanted;
  }
  return 0;
}

}  // namespace

bool is_view(const Node& node) {
  static const Names names = {"Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"};
  return names.contains(node.op);
}

Buffers buffers_of(const Graph& graph) {
  return Builder(graph).build();
}

Live live_bytes(const Buffers& buffers, std::span<const NodeId> order, bool in_place) {
  std::vector<int32_t> left = buffers.readers;
  const auto size = [&](BufferId id) { return buffers.bytes[static_cast<size_t>(id)]; };
  int64_t alive = 0;
  for (BufferId id = 0; id < buffers.inputs; ++id) alive += size(id);
  Live live{alive, std::vector<int64_t>(buffers.nodes.size(), 0)};
  for (const NodeId id : order) {
    const NodeBuffers& node = buffers.nodes[static_cast<size_t>(id)];
    for (const BufferId write : node.writes) alive += size(write);
    const int64_t now = alive - (in_place ? overwritten_bytes(buffers, node, left) : 0);
    live.bytes[static_cast<size_t>(id)] = now;
    live.peak = std::max(live.peak, now);
    for (const BufferId read : node.reads) {
      if (--left[static_cast<size_t>(read)] == 0) alive -= size(read);
    }
    for (const BufferId write : node.writes) {
      if (left[static_cast<size_t>(write)] == 0) alive -= size(write);
    }
  }
  return live;
}

LowestPeak lowest_peak(const Graph& graph, const Buffers& buffers) {
  LowestPeak lowest;
  bool first = true;
  const auto keep_lower = [&](Live& best, Live live) {
    if (first || live.peak < best.peak) best = std::move(live);
  };
  for (const Order& order : topological_orders(graph, buffers)) {
    keep_lower(lowest.own_buffers, live_bytes(buffers, order, false));
    keep_lower(lowest.in_place, live_bytes(buffers, order, true));
    first = false;
  }
  return lowest;
}

}  // namespace assay
