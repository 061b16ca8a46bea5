// SPDX-License-Identifier: MIT
#include "onnx/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "graph/execute.h"
#include "graph/infer.h"
#include "graph/kernels/array.h"

namespace assay {
namespace {

constexpr int64_t kLargestFoldedResult = 1 << 16;   // elements
constexpr int64_t kLargestFoldedInput = 1 << 22;    // elements
constexpr int64_t kLargestFoldedTotal = 256 << 20;  // bytes over the whole model

// Arithmetic of these is the network's own, to be counted and measured, not to be computed here.
constexpr auto kNeverFolded = std::to_array<std::string_view>(
    {"AveragePool", "Conv", "ConvInteger", "ConvTranspose", "DequantizeLinear", "Dropout",
     "DynamicQuantizeLinear", "Einsum", "Gemm", "GlobalAveragePool", "LRN", "LpPool", "MatMul",
     "MatMulInteger", "MaxPool", "QLinearConv", "QLinearMatMul", "QuantizeLinear", "Resize"});

std::optional<Tensor> shape_arithmetic(const Node& node, const Value& input,
                                       const Shape& result_shape) {
  if (node.op == "Size") return make_i64({}, std::array{element_count(*input.shape)});
  const int64_t rank = static_cast<int64_t>(input.shape->size());
  int64_t start = node.attribute("start", int64_t{0});
  start = std::clamp<int64_t>(start < 0 ? start + rank : start, 0, rank);
  const std::span all(*input.shape);
  return make_i64(result_shape,
                  all.subspan(static_cast<size_t>(start), static_cast<size_t>(result_shape[0])));
}

}  // namespace

void PendingNode::set_input(size_t index, ValueId value) {
  if (inputs.size() <= index) inputs.resize(index + 1, kNoValue);
  inputs[index] = value;
}

std::vector<ValueId> Builder::emit(PendingNode node) {
  if (auto tensors = computed(node)) {
    std::vector<ValueId> ids;
    for (size_t i = 0; i < node.outputs.size(); ++i)
      ids.push_back(node.outputs[i].empty()
                        ? kNoValue
                        : x_graph.constant(node.outputs[i], std::move((*tensors)[i])));
    return ids;
  }
  return x_graph.add_node(node.op, unique_node_name(node.name), std::move(node.inputs),
                          std::move(node.attributes), std::move(node.outputs));
}

std::optional<std::vector<Tensor>> Builder::filled(const Node& node, const Inferred& inferred) {
  if (!inferred.shape || size_of(inferred.dtype) == 0) return std::nullopt;
  const auto found = node.attributes.find("value");
  const Tensor value = found == node.attributes.end() ? make_f32({1}, std::array{0.0f})
                                                      : std::get<Tensor>(found->second);
  auto tensor = x_fills.fill(value, *inferred.shape);
  return tensor ? std::optional(std::vector{std::move(*tensor)}) : std::nullopt;
}

std::optional<std::vector<Tensor>> Builder::computed(const PendingNode& pending) {
  const bool asks_shape = pending.op == "Shape" || pending.op == "Size";
  if (pending.inputs.empty() || pending.outputs.empty() || !known_operator(pending.op) ||
      std::find(kNeverFolded.begin(), kNeverFolded.end(), pending.op) != kNeverFolded.end() ||
      !(asks_shape || executable_operator(pending.op)))
    return std::nullopt;
  std::vector<const Value*> values;
  std::vector<const Tensor*> tensors;
  for (ValueId id : pending.inputs) {
    values.push_back(id == kNoValue ? nullptr : &x_graph.value(id));
    const Value* last = values.back();
    tensors.push_back(last && last->constant ? &*last->constant : nullptr);
    if (!last) continue;
    if (!last->shape) return std::nullopt;
    if (!asks_shape && (!tensors.back() || tensors.back()->declared_only() ||
                        tensors.back()->elements() > kLargestFoldedInput))
      return std::nullopt;
  }
  Node node{pending.name, pending.op, pending.attributes, pending.inputs, {}};
  int64_t bytes = 0;
  const std::vector<Inferred> inferred = infer(node, values, pending.outputs.size());
  if (node.op == "ConstantOfShape") return filled(node, inferred[0]);
  for (const Inferred& each : inferred) {
    if (!each.shape || size_of(each.dtype) == 0 ||
        element_count(*each.shape) > kLargestFoldedResult)
      return std::nullopt;
    bytes += element_count(*each.shape) * static_cast<int64_t>(size_of(each.dtype));
  }
  if (x_folded_bytes + bytes > kLargestFoldedTotal) return std::nullopt;
  x_folded_bytes += bytes;
  if (asks_shape && values[0])
    return std::vector{*shape_arithmetic(node, *values[0], *inferred[0].shape)};
  auto results = execute_node(node, tensors, pending.outputs.size());
  for (size_t i = 0; i < results.size(); ++i) ASSAY_CHECK(results[i].shape == *inferred[i].shape);
  return results;
}

ValueId Builder::add(const PendingNode& node, std::string_view suffix, std::string_view op,
                     std::vector<ValueId> inputs, Attributes attributes) {
  const std::string name = unique(fmt::format("{}/{}", node.name, suffix));
  return emit({std::string(op), name, std::move(attributes), std::move(inputs), {name}}).front();
}

ValueId Builder::constant(const PendingNode& node, std::string_view suffix, Tensor tensor) {
  return x_graph.constant(unique(fmt::format("{}/{}", node.name, suffix)), std::move(tensor));
}

ValueId Builder::integers(const PendingNode& node, std::string_view suffix,
                          const std::vector<int64_t>& values) {
  return constant(node, suffix, make_i64({static_cast<int64_t>(values.size())}, values));
}

ValueId Builder::scalar(const PendingNode& node, std::string_view suffix, double value,
                        DType dtype) {
  return constant(node, suffix,
                  to_tensor(dtype == DType::undefined ? DType::f32 : dtype, Shape{},
                            std::vector<double>{value}));
}

std::optional<std::vector<int64_t>> Builder::integers_of(ValueId id) const {
  const auto& tensor = x_graph.value(id).constant;
  if (!tensor || tensor->declared_only() || tensor->elements() > kLargestFoldedInput ||
      (tensor->dtype != DType::i64 && tensor->dtype != DType::i32))
    return std::nullopt;
  return assay::integers(*tensor);
}

std::string Builder::unique(const std::string& wanted) {
  std::string name = wanted;
  while (x_graph.find(name)) name = fmt::format("{}_{}", wanted, ++x_repeats[wanted]);
  return name;
}

std::string Builder::unique_node_name(const std::string& wanted) {
  std::string name = wanted;
  while (!x_node_names.insert(name).second)
    name = fmt::format("{}_{}", wanted, ++x_repeats[wanted]);
  return name;
}

}  // namespace assay
