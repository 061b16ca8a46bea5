// SPDX-License-Identifier: MIT
// LoweredNode is the node of a Graph that is being rebuilt in an engine's own operations, and what
// the rules of every such engine ask of it. What a rule cannot do is refused, which names operator
// and node.
#pragma once

#include <string>
#include <vector>

#include "engine/axis_order.h"
#include "graph/graph.h"
#include "graph/window.h"

namespace assay {

class LoweredNode {
 public:
  // The graph stays.
  LoweredNode(const Graph& graph, std::string engine)
      : x_graph(graph), x_engine(std::move(engine)) {}

  const Graph& graph() const { return x_graph; }
  const Node& node() const { return *x_node; }
  size_t index() const { return static_cast<size_t>(x_node - x_graph.nodes().data()); }
  bool has(size_t input) const;
  // Unsupported when the shape is not known.
  const Shape& shape(size_t input) const { return shape_of(x_node->inputs.at(input)); }
  const Shape& result_shape(size_t output = 0) const { return shape_of(x_node->outputs[output]); }
  const Shape& shape_of(ValueId id) const;
  DType dtype(size_t input) const { return x_graph.value(x_node->inputs.at(input)).dtype; }
  size_t rank(size_t input) const { return shape(input).size(); }
  // Null when it is computed or left out.
  const Tensor* constant(size_t input) const;
  // Unsupported when it is computed.
  std::vector<int64_t> integers(size_t input) const;
  std::vector<float> floats(size_t input) const;

  int64_t attribute(std::string_view key, int64_t otherwise) const {
    return x_node->attribute(key, otherwise);
  }
  float attribute(std::string_view key, float otherwise) const {
    return x_node->attribute(key, otherwise);
  }
  // Of `input`, counted from the front.
  size_t axis(int64_t axis, size_t input = 0) const;
  // Unsupported.
  [[noreturn]] void refuse(const std::string& why) const;

 protected:
  void stand_at(const Node& node) { x_node = &node; }

 private:
  const Graph& x_graph;
  std::string x_engine;  // as refusals name it
  const Node* x_node = nullptr;
};

// Engines pad an image by the numbers of each side. What a window takes beyond the end is counted
// from the output, because rounding up may ask for more than the model's padding.
struct Padding {
  std::vector<int64_t> before, after;  // of the two spatial axes
  bool none = true;
  bool same = true;  // what TensorFlow calls SAME: as little as gives input / stride, less before
};
Padding padding_of(const Window& window, const Shape& input);

// The window of an average pooling over its number of elements that the model counts, for each
// place of the output: [H, W] in one row. Empty when it is 1 everywhere.
std::vector<float> average_correction(const Window& window, const Shape& input, bool with_pads);

// What a Slice takes of every axis, in its place of the order; only steps forward.
struct Slices {
  std::vector<int64_t> begin, end, step;
  bool has_steps() const;
};
Slices slices_of(const LoweredNode& node, const Order& order);

// What a Pad adds before and after every axis in its place: [rank, 2]; nothing is taken away.
std::vector<int64_t> pads_of(const LoweredNode& node, const Order& order);

// The axes of a reduction, an attribute or an input; all when none are given. Refused where none
// means none.
std::vector<size_t> reduced_axes(const LoweredNode& node);
// The order of what is left of a value after its axes were reduced.
Order order_after_reduction(const Order& order, const std::vector<size_t>& axes, bool keep);
// The order of the value after a Transpose that moves nothing.
Order order_after_transpose(const LoweredNode& node, const Order& order);

}  // namespace assay
