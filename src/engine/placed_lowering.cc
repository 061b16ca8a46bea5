// SPDX-License-Identifier: MIT
#include "engine/placed_lowering.h"

#include "graph/execute.h"

namespace assay {

Tensor transposed(const Tensor& tensor, const Order& order) {
  if (tensor.declared_only()) return declare(tensor.dtype, placed(tensor.shape, order));
  Node node{.name = "fold", .op = "Transpose", .attributes = {}, .inputs = {0}, .outputs = {0}};
  node.attributes["perm"] = std::vector<int64_t>(order.begin(), order.end());
  const Tensor* inputs[] = {&tensor};
  return execute_node(node, inputs, 1).front();
}

Order last_axes(const Order& order, size_t rank) {
  Order result;
  const size_t first = order.size() - rank;
  for (const size_t axis : order)
    if (axis >= first) result.push_back(axis - first);
  return result;
}

}  // namespace assay
