// SPDX-License-Identifier: MIT
// PlacedLowering rebuilds a Graph in an engine's own operations. Every value is known by the
// engine's handle and the order of its axes in memory (axis_order.h); a rule asks for its operands
// in the order that its operation needs, and what has to be moved is moved once. Constants are
// brought to their order here.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "engine/lowered_node.h"

namespace assay {

// The elements in another order.
Tensor transposed(const Tensor& tensor, const Order& order);
// The order of the last axes alone.
Order last_axes(const Order& order, size_t rank);

template <typename Handle>
class PlacedLowering : public LoweredNode {
 public:
  using LoweredNode::LoweredNode;
  virtual ~PlacedLowering() = default;

  virtual Handle constant_of(const Tensor& tensor) = 0;
  // A value of the same elements in another shape.
  virtual Handle reshape(Handle value, DType type, const Shape& shape) = 0;
  // Place i of the result takes place perm[i]; `shape` is the result's.
  virtual Handle transpose(Handle value, DType type, const std::vector<int32_t>& perm,
                           const Shape& shape) = 0;

  // How an input of the node lies; a constant as the graph has it.
  Order order(size_t input) const { return order_of(node().inputs.at(input)); }
  Handle in(size_t input, const Order& order) { return in_order(node().inputs.at(input), order); }
  Handle in(size_t input) { return in(input, order(input)); }
  void give(size_t output, Handle value, Order order) {
    const ValueId id = node().outputs.at(output);
    if (id != kNoValue) place(id, value, std::move(order));
  }

  // Inputs `which` of an elementwise operation in one order, shaped so that those of fewer axes
  // are broadcast to the result.
  struct Aligned {
    std::vector<Handle> operands;
    Order order;
  };
  Aligned align(std::span<const size_t> which) {
    Aligned result{{}, widest_order(which)};
    for (const size_t input : which)
      result.operands.push_back(broadcastable(node().inputs.at(input), result.order));
    return result;
  }
  Aligned align(std::initializer_list<size_t> which) {
    return align(std::span(which.begin(), which.size()));
  }
  // How the largest computed input that has all of the result's axes lies.
  Order widest_order(std::span<const size_t> which) const {
    Order widest = plain_order(result_shape().size());
    int64_t most = 0;
    for (const size_t input : which) {
      if (constant(input) || rank(input) != widest.size()) continue;
      if (element_count(shape(input)) <= most) continue;
      most = element_count(shape(input));
      widest = order(input);
    }
    return widest;
  }

 protected:
  Order order_of(ValueId id) const {
    const auto found = x_values.find(id);
    return found == x_values.end() ? plain_order(shape_of(id).size()) : found->second.order;
  }

  void place(ValueId id, Handle value, Order order) { x_values[id] = {value, std::move(order)}; }

  Handle in_order(ValueId id, const Order& order) {
    const auto known = x_moved.find({id, order});
    if (known != x_moved.end()) return known->second;
    const Handle moved = move(id, order);
    x_moved.emplace(std::pair(id, order), moved);
    return moved;
  }

 private:
  struct PlacedValue {
    Handle handle;
    Order order;
  };

  Handle move(ValueId id, const Order& order) {
    const Value& value = graph().value(id);
    if (value.constant)
      return constant_of(order == plain_order(order.size()) ? *value.constant
                                                            : transposed(*value.constant, order));
    const PlacedValue& there = x_values.at(id);
    if (there.order == order) return there.handle;
    const Shape shape = placed(shape_of(id), order);
    if (same_sequence(shape_of(id), there.order, order))
      return reshape(there.handle, value.dtype, shape);
    return transpose(there.handle, value.dtype, moves(there.order, order), shape);
  }

  Handle broadcastable(ValueId id, const Order& order) {
    const Shape& shape = shape_of(id);
    const Handle value = in_order(id, last_axes(order, shape.size()));
    if (shape.empty() || shape.size() == order.size()) return value;
    Shape padded(order.size() - shape.size(), 1);
    padded.insert(padded.end(), shape.begin(), shape.end());
    return reshape(value, graph().value(id).dtype, placed(padded, order));
  }

  std::map<ValueId, PlacedValue> x_values;
  std::map<std::pair<ValueId, Order>, Handle> x_moved;
};

}  // namespace assay
