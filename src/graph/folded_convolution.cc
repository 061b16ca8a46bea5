// SPDX-License-Identifier: MIT
#include "graph/folded_convolution.h"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

// Null when the input is left out or computed, or not f32.
const Tensor* constant_of(const Graph& graph, const Node& node, size_t input) {
  if (input >= node.inputs.size() || node.inputs[input] == kNoValue) return nullptr;
  const auto& constant = graph.value(node.inputs[input]).constant;
  return constant && constant->dtype == DType::f32 ? &*constant : nullptr;
}

bool has_input(const Node& node, size_t input) {
  return input < node.inputs.size() && node.inputs[input] != kNoValue;
}

const Node* sole_reader(const Graph& graph, ValueId value) {
  if (std::ranges::count(graph.outputs(), value) > 0) return nullptr;
  const Node* reader = nullptr;
  for (const Node& node : graph.nodes())
    for (const ValueId input : node.inputs) {
      if (input != value) continue;
      if (reader) return nullptr;
      reader = &node;
    }
  return reader;
}

}  // namespace

const Node* normalization_after(const Graph& graph, const Node& convolution) {
  if (convolution.op != "Conv" || !constant_of(graph, convolution, 1)) return nullptr;
  if (has_input(convolution, 2) && !constant_of(graph, convolution, 2)) return nullptr;
  const Node* reader = sole_reader(graph, convolution.outputs.at(0));
  if (!reader || reader->op != "BatchNormalization" || reader->outputs.size() != 1) return nullptr;
  if (reader->inputs.at(0) != convolution.outputs[0]) return nullptr;
  for (size_t input = 1; input < 5; ++input)
    if (!constant_of(graph, *reader, input)) return nullptr;
  return reader;
}

bool is_folded_normalization(const Graph& graph, const Node& normalization) {
  const NodeId producer = graph.value(normalization.inputs.at(0)).producer;
  return producer != kNoNode && normalization_after(graph, graph.node(producer)) == &normalization;
}

std::optional<FoldedConvolution> folded_convolution(const Graph& graph, const Node& convolution) {
  const Tensor* weight = constant_of(graph, convolution, 1);
  const Tensor* bias = constant_of(graph, convolution, 2);
  if (!weight || (has_input(convolution, 2) && !bias)) return std::nullopt;
  FoldedConvolution folded{*weight, bias ? std::optional(*bias) : std::nullopt};
  const Node* normalization = normalization_after(graph, convolution);
  if (!normalization) return folded;
  const Shape channels = {weight->shape.at(0)};
  const auto has_values = [&](size_t input) {
    return !constant_of(graph, *normalization, input)->declared_only();
  };
  if (weight->declared_only() || (bias && bias->declared_only()) || !has_values(1) ||
      !has_values(2) || !has_values(3) || !has_values(4))
    return FoldedConvolution{declare(DType::f32, weight->shape), declare(DType::f32, channels)};

  const auto values = [&](size_t input) {
    return constant_of(graph, *normalization, input)->as<float>();
  };
  const auto scale = values(1), offset = values(2), mean = values(3), variance = values(4);
  const double epsilon = normalization->attribute("epsilon", 1e-5f);
  std::vector<float> weights(weight->as<float>().begin(), weight->as<float>().end());
  std::vector<float> biases(scale.size());
  const size_t each = weights.size() / scale.size();
  for (size_t channel = 0; channel < scale.size(); ++channel) {
    const double factor = scale[channel] / std::sqrt(variance[channel] + epsilon);
    for (size_t i = channel * each; i < (channel + 1) * each; ++i)
      weights[i] = static_cast<float>(weights[i] * factor);
    const double before = bias ? bias->as<float>()[channel] : 0.0f;
    biases[channel] = static_cast<float>((before - mean[channel]) * factor + offset[channel]);
  }
  folded.weight = make_f32(weight->shape, weights);
  folded.bias = make_f32({static_cast<int64_t>(biases.size())}, biases);
  return folded;
}

}  // namespace assay
