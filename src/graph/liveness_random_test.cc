// SPDX-License-Identifier: MIT
// Peaks and orders of random graphs against a simulation that keeps no counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "graph/liveness.h"
#include "graph/topological_order.h"

namespace assay {
namespace {

constexpr int64_t kUnit = 16;  // bytes of one activation of 4 floats

// A graph of convolutions, activations, sums, products, concatenations and views at random.
Graph random_graph(uint64_t seed) {
  uint64_t draws = 0;
  const auto below = [&](size_t n) { return static_cast<size_t>(random_u64(seed, draws++) % n); };
  Graph graph;
  std::vector<ValueId> units{graph.input("x", DType::f32, {1, 4, 1, 1})}, all = units;
  const size_t count = 1 + below(12);
  for (size_t i = 0; i < count; ++i) {
    const std::string name = "n" + std::to_string(i);
    const ValueId a = units[below(units.size())], b = units[below(units.size())];
    switch (below(5)) {
      case 0:
        units.push_back(
            graph.add("Conv", name,
                      {a, graph.constant(name + ".weight", declare(DType::f32, {4, 4, 1, 1}))}));
        break;
      case 1:
        units.push_back(graph.add("Relu", name, {a}));
        break;
      case 2:
        units.push_back(graph.add("Add", name, {a, b}));
        break;
      case 3:
        units.push_back(graph.add("Identity", name, {a}));
        break;
      default:
        graph.output(graph.add("Concat", name, {a, b}, {{"axis", int64_t{1}}}));
        break;
    }
  }
  graph.output(units.back());
  return graph;
}

// Plays one order with sets of values and no counts: at every step it asks anew which values some
// later node, or the caller, still reads.
class Simulation {
 public:
  explicit Simulation(const Graph& graph) : x_graph(graph) {}

  int64_t peak(const Order& order, bool in_place) {
    int64_t peak = kUnit;
    std::set<ValueId> held{x_graph.inputs()[0]};
    for (size_t step = 0; step < order.size(); ++step) {
      const Node& node = x_graph.node(order[step]);
      const bool is_new = node.op != "Identity";
      std::set<ValueId> during = held;
      if (is_new) during.insert(node.outputs[0]);
      const bool overwrites =
          in_place && (node.op == "Relu" || node.op == "Add") &&
          std::any_of(held.begin(), held.end(), [&](ValueId id) {
            return id != x_graph.inputs()[0] && reads(node, id) && !needed(order, step + 1, id);
          });
      peak = std::max(peak, bytes(during) - (overwrites ? kUnit : 0));
      held.clear();
      for (const ValueId id : during) {
        if (needed(order, step + 1, id)) held.insert(id);
      }
    }
    return peak;
  }

 private:
  ValueId root(ValueId id) const {
    const NodeId producer = x_graph.value(id).producer;
    if (producer == kNoNode || x_graph.node(producer).op != "Identity") return id;
    return root(x_graph.node(producer).inputs[0]);
  }
  bool reads(const Node& node, ValueId id) const {
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](ValueId input) { return root(input) == id; });
  }
  bool needed(const Order& order, size_t from, ValueId id) const {
    for (const ValueId output : x_graph.outputs()) {
      if (root(output) == id) return true;
    }
    for (size_t step = from; step < order.size(); ++step) {
      if (reads(x_graph.node(order[step]), id)) return true;
    }
    return false;
  }
  int64_t bytes(const std::set<ValueId>& values) const {
    int64_t sum = 0;
    for (const ValueId id : values) sum += element_count(*x_graph.value(id).shape) * 4;
    return sum;
  }

  const Graph& x_graph;
};

TEST(LivenessOfRandomGraphs, equals_a_simulation_on_random_graphs) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const Graph graph = random_graph(seed);
    const Buffers buffers = buffers_of(graph);
    for (const Order& order : topological_orders(graph, buffers)) {
      ASSERT_EQ(order.size(), graph.nodes().size()) << seed;
      Simulation simulation(graph);
      ASSERT_EQ(live_bytes(buffers, order, false).peak, simulation.peak(order, false)) << seed;
      ASSERT_EQ(live_bytes(buffers, order, true).peak, simulation.peak(order, true)) << seed;
    }
  }
}

TEST(LivenessOfRandomGraphs, gives_orders_that_run_every_node_once_after_its_inputs) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Graph graph = random_graph(seed);
    for (const Order& order : topological_orders(graph, buffers_of(graph))) {
      std::set<NodeId> done;
      for (const NodeId id : order) {
        for (const ValueId input : graph.node(id).inputs) {
          const NodeId producer = graph.value(input).producer;
          ASSERT_TRUE(producer == kNoNode || done.contains(producer)) << seed;
        }
        ASSERT_TRUE(done.insert(id).second) << seed;
      }
      ASSERT_EQ(done.size(), graph.nodes().size()) << seed;
    }
  }
}

}  // namespace
}  // namespace assay
