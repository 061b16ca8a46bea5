// SPDX-License-Identifier: MIT
#include "graph/topological_order.h"

#include <algorithm>
#include <numeric>
#include <queue>

namespace assay {

namespace {

Order as_built(const Graph& graph) {
  Order order(graph.nodes().size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// Post-order from the outputs; what no output needs comes last, as built. With its own stack: a
// chain of 100,000 nodes must not end on the machine's.
Order depth_first(const Graph& graph, bool reversed) {
  Order order, stack;
  std::vector<size_t> next(graph.nodes().size(), 0);  // the input to look at
  std::vector<bool> seen(graph.nodes().size(), false);
  const auto push = [&](NodeId id) {
    if (id == kNoNode || seen[static_cast<size_t>(id)]) return;
    seen[static_cast<size_t>(id)] = true;
    stack.push_back(id);
  };
  const auto drain = [&] {
    while (!stack.empty()) {
      const NodeId id = stack.back();
      const auto& inputs = graph.node(id).inputs;
      size_t& at = next[static_cast<size_t>(id)];
      if (at == inputs.size()) {
        order.push_back(id);
        stack.pop_back();
        continue;
      }
      const ValueId input = inputs[reversed ? inputs.size() - 1 - at : at];
      ++at;
      if (input != kNoValue) push(graph.value(input).producer);
    }
  };
  for (const ValueId output : graph.outputs()) {
    push(graph.value(output).producer);
    drain();
  }
  for (const NodeId id : as_built(graph)) {
    push(id);
    drain();
  }
  return order;
}

// Always the ready node whose running leaves the fewest bytes alive; the earlier one on a tie. A
// node's figure falls when it becomes the last reader of a buffer, and is then queued again.
class Greedy {
 public:
  Greedy(const Graph& graph, const Buffers& buffers)
      : x_buffers(buffers),
        x_left(buffers.readers),
        x_missing(graph.nodes().size(), 0),
        x_users(graph.nodes().size()),
        x_readers(buffers.bytes.size()),
        x_done(x_missing.size()) {
    for (size_t id = 0; id < x_missing.size(); ++id) {
      for (const ValueId input : graph.nodes()[id].inputs) {
        const NodeId producer = input == kNoValue ? kNoNode : graph.value(input).producer;
        if (producer == kNoNode) continue;
        ++x_missing[id];
        x_users[static_cast<size_t>(producer)].push_back(static_cast<NodeId>(id));
      }
      for (const BufferId read : buffers.nodes[id].reads) {
        x_readers[static_cast<size_t>(read)].push_back(static_cast<NodeId>(id));
      }
    }
    for (size_t id = 0; id < x_missing.size(); ++id) enqueue(static_cast<NodeId>(id));
  }

  Order order() {
    Order order;
    while (!x_queue.empty()) {
      const NodeId id = x_queue.top().second;
      x_queue.pop();
      if (x_done[static_cast<size_t>(id)]) continue;
      x_done[static_cast<size_t>(id)] = true;
      order.push_back(id);
      finish(id);
    }
    return order;
  }

 private:
  using Entry = std::pair<int64_t, NodeId>;

  int64_t growth(NodeId id) const {
    const NodeBuffers& node = x_buffers.nodes[static_cast<size_t>(id)];
    int64_t bytes = 0;
    for (const BufferId write : node.writes) {
      if (x_buffers.readers[static_cast<size_t>(write)] > 0) bytes += size(write);
    }
    for (const BufferId read : node.reads) {
      if (x_left[static_cast<size_t>(read)] == 1) bytes -= size(read);
    }
    return bytes;
  }

  int64_t size(BufferId id) const { return x_buffers.bytes[static_cast<size_t>(id)]; }

  void enqueue(NodeId id) {
    if (x_missing[static_cast<size_t>(id)] == 0) x_queue.push({growth(id), id});
  }

  void finish(NodeId id) {
    for (const BufferId read : x_buffers.nodes[static_cast<size_t>(id)].reads) {
      if (--x_left[static_cast<size_t>(read)] != 1) continue;
      for (const NodeId reader : x_readers[static_cast<size_t>(read)]) {
        if (!x_done[static_cast<size_t>(reader)]) enqueue(reader);
      }
    }
    for (const NodeId user : x_users[static_cast<size_t>(id)]) {
      if (--x_missing[static_cast<size_t>(user)] == 0) enqueue(user);
    }
  }

  const Buffers& x_buffers;
  std::vector<int32_t> x_left;
  std::vector<int32_t> x_missing;  // inputs whose producer has not run
  std::vector<std::vector<NodeId>> x_users, x_readers;
  std::vector<bool> x_done;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> x_queue;
};

}  // namespace

std::vector<Order> topological_orders(const Graph& graph, const Buffers& buffers) {
  return {as_built(graph), depth_first(graph, false), depth_first(graph, true),
          Greedy(graph, buffers).order()};
}

}  // namespace assay
