// SPDX-License-Identifier: MIT
#include "transform/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "base/error.h"
#include "graph/execute.h"
#include "graph/folded_convolution.h"

namespace assay {
namespace {

constexpr auto kComputed =
    std::to_array<std::string_view>({"Conv", "Gemm", "MatMul", "Add", "Relu", "Clip", "AveragePool",
                                     "GlobalAveragePool", "Concat"});
// Their output has the scale of their input, so that no engine has to scale anew.
constexpr auto kMoved = std::to_array<std::string_view>(
    {"MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"});

constexpr auto kBeforeRectifiers =
    std::to_array<std::string_view>({"Conv", "Gemm", "Add", "BatchNormalization"});

constexpr float kSmallestScale = 1e-30f;  // of weights that are more than nothing
constexpr double kMostBias = 1 << 30;  // in steps of its grid; products are added to it in 32 bits

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_quantized(const Node& node) {
  return node.outputs.size() == 1 && (is_one_of(kComputed, node.op) || is_one_of(kMoved, node.op));
}

template <typename T>
Tensor tensor_of(DType dtype, Shape shape, const std::vector<T>& values) {
  return make_tensor(dtype, std::move(shape), std::as_bytes(std::span(values)));
}

struct Grid {  // value = scale (q - zero)
  float scale = 1;
  uint8_t zero = 0;
};

Grid grid_of(const Range& range) {
  const float scale = (range.high - range.low) / 255;
  if (!(scale > 0) || !std::isfinite(scale)) return {1, 0};
  return {scale, static_cast<uint8_t>(std::lround(-range.low / scale))};
}

class Quantizer {
 public:
  Quantizer(const Graph& from, const Ranges& ranges)
      : x_from(from),
        x_ranges(ranges),
        x_to(from.name()),
        x_plain(from.values().size(), kNoValue),
        x_grids(from.values().size()),
        x_dequantized(from.values().size(), kNoValue) {}

  Graph run() {
    for (const ValueId id : x_from.inputs()) {
      const Value& value = x_from.value(id);
      x_plain[index(id)] = x_to.input(value.name, value.dtype, value.shape.value());
      x_grids[index(id)] = range_of(id);
    }
    for (const Node& node : x_from.nodes())
      if (!is_folded_normalization(node)) take(node);
    for (const ValueId id : x_from.outputs()) x_to.output(plain(id));
    return std::move(x_to);
  }

 private:
  static size_t index(ValueId id) { return static_cast<size_t>(id); }

  bool is_folded_normalization(const Node& node) const {
    return node.op == "BatchNormalization" && assay::is_folded_normalization(x_from, node);
  }

  std::optional<Grid> range_of(ValueId id) const {
    const auto found = x_ranges.find(x_from.value(id).name);
    return found == x_ranges.end() ? std::nullopt : std::optional(grid_of(found->second));
  }

  // As the source has it: what is computed, and constants on first use.
  ValueId plain(ValueId id) {
    if (id == kNoValue) return kNoValue;
    ValueId& there = x_plain[index(id)];
    const Value& value = x_from.value(id);
    if (there == kNoValue && value.constant) there = x_to.constant(value.name, *value.constant);
    ASSAY_CHECK(there != kNoValue);
    return there;
  }

  // Through u8 and back, on first use; as it is where no range is known.
  ValueId dequantized(ValueId id) {
    if (id == kNoValue || x_from.value(id).constant || !x_grids[index(id)]) return plain(id);
    ValueId& there = x_dequantized[index(id)];
    if (there != kNoValue) return there;
    const std::string& name = x_from.value(id).name;
    const Grid grid = *x_grids[index(id)];
    const ValueId scale = x_to.constant(name + "_scale", make_f32({}, {{grid.scale}}));
    const ValueId zero =
        x_to.constant(name + "_zero", tensor_of<uint8_t>(DType::u8, {}, {grid.zero}));
    const ValueId quantized = x_to.add("QuantizeLinear", name + "_u8", {plain(id), scale, zero});
    there = x_to.add("DequantizeLinear", name + "_f32", {quantized, scale, zero});
    return there;
  }

  // i8 around zero, with a scale for each slice along `axis`, none of them below `scales`.
  ValueId quantized_weight(const std::string& name, const Tensor& weight, size_t axis,
                           std::vector<float>& scales) {
    if (weight.declared_only()) {
      std::ranges::fill(scales, 1);
      return dequantize(name, declare(DType::i8, weight.shape), scales, axis);
    }
    const auto values = weight.as<float>();
    const size_t slices = scales.size();
    size_t inner = 1;
    for (size_t i = axis + 1; i < weight.shape.size(); ++i)
      inner *= static_cast<size_t>(weight.shape[i]);
    for (size_t i = 0; i < values.size(); ++i)
      scales[i / inner % slices] = std::max(scales[i / inner % slices], std::abs(values[i]) / 127);
    for (float& scale : scales)
      if (scale < kSmallestScale) scale = 1;  // a channel of nothing
    std::vector<int8_t> rounded(values.size());
    for (size_t i = 0; i < values.size(); ++i)
      rounded[i] = static_cast<int8_t>(
          std::clamp(std::lround(values[i] / scales[i / inner % slices]), -127L, 127L));
    return dequantize(name, tensor_of(DType::i8, weight.shape, rounded), scales, axis);
  }

  ValueId dequantize(const std::string& name, Tensor values, const std::vector<float>& scales,
                     size_t axis) {
    const Shape one_each = {static_cast<int64_t>(scales.size())};
    const DType type = values.dtype;
    const std::vector<std::byte> nothing(scales.size() * size_of(type));
    return x_to.add("DequantizeLinear", name + "_f32",
                    {x_to.constant(name + "_integers", std::move(values)),
                     x_to.constant(name + "_scale", make_f32(one_each, scales)),
                     x_to.constant(name + "_zero", make_tensor(type, one_each, nothing))},
                    {{"axis", static_cast<int64_t>(axis)}});
  }

  // i32 on the grid of the products that it is added to.
  ValueId quantized_bias(const std::string& name, const Tensor& bias, float input_scale,
                         std::vector<float> scales) {
    const auto values = bias.as<float>();
    std::vector<int32_t> rounded(values.size());
    for (size_t i = 0; i < scales.size(); ++i) {
      const double step = static_cast<double>(scales[i]) * input_scale;
      scales[i] = static_cast<float>(step);
      if (i < values.size()) rounded[i] = static_cast<int32_t>(std::lround(values[i] / step));
    }
    if (bias.declared_only()) return dequantize(name, declare(DType::i32, bias.shape), scales, 0);
    return dequantize(name, tensor_of(DType::i32, bias.shape, rounded), scales, 0);
  }

  // A layer's weight and bias, folded where a normalization follows; nothing when they are
  // computed.
  std::optional<FoldedConvolution> parameters_of(const Node& node) const {
    if (node.op == "Conv") return folded_convolution(x_from, node);
    const auto constant = [&](size_t input) -> const Tensor* {
      if (input >= node.inputs.size() || node.inputs[input] == kNoValue) return nullptr;
      const auto& tensor = x_from.value(node.inputs[input]).constant;
      return tensor && tensor->dtype == DType::f32 ? &*tensor : nullptr;
    };
    const bool plain_gemm = node.attribute("alpha", 1.0f) == 1 &&
                            node.attribute("beta", 1.0f) == 1 &&
                            node.attribute("transA", int64_t{0}) == 0;
    if (!constant(1) || constant(1)->shape.size() != 2 || (node.op == "Gemm" && !plain_gemm))
      return std::nullopt;
    FoldedConvolution layer{*constant(1), std::nullopt};
    if (node.op == "Gemm" && constant(2)) layer.bias = *constant(2);
    return layer;
  }

  static size_t channels_axis(const Node& node) {
    if (node.op == "Conv") return 0;
    return node.op == "Gemm" && node.attribute("transB", int64_t{0}) == 1 ? 0 : 1;
  }

  // Where a channel's weights are next to nothing, as in trained networks, their scale is coarser
  // than they need: its bias has to fit, too.
  std::vector<ValueId> layer_inputs(const Node& node, const FoldedConvolution& layer) {
    const size_t axis = channels_axis(node);
    std::vector<float> scales(static_cast<size_t>(layer.weight.shape[axis]), 0);
    const auto grid = x_grids[index(node.inputs[0])];
    const bool fits =
        grid && layer.bias && layer.bias->shape == Shape{static_cast<int64_t>(scales.size())};
    for (size_t i = 0; fits && !layer.bias->declared_only() && i < scales.size(); ++i)
      scales[i] =
          static_cast<float>(std::abs(layer.bias->as<float>()[i]) / (kMostBias * grid->scale));
    std::vector<ValueId> inputs = {
        dequantized(node.inputs[0]),
        quantized_weight(node.name + ".weight", layer.weight, axis, scales)};
    if (!layer.bias) return inputs;
    inputs.push_back(fits ? quantized_bias(node.name + ".bias", *layer.bias, grid->scale, scales)
                          : x_to.constant(node.name + ".bias_plain", *layer.bias));
    return inputs;
  }

  std::vector<ValueId> inputs_of(const Node& node) {
    if (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul")
      if (const auto layer = parameters_of(node)) return layer_inputs(node, *layer);
    std::vector<ValueId> inputs;
    for (size_t i = 0; i < node.inputs.size(); ++i)
      inputs.push_back(reads_quantized(node, i) ? dequantized(node.inputs[i])
                                                : plain(node.inputs[i]));
    return inputs;
  }

  // A rectifier right after its layer reads what that layer computed.
  bool reads_quantized(const Node& node, size_t input) const {
    return is_quantized(node) ? !x_joined.contains(node.inputs[input])
                              : x_kept.contains(node.inputs[input]);
  }

  bool is_joined(ValueId id, const Node& producer) const {
    if (!is_one_of(kBeforeRectifiers, producer.op)) return false;
    const Node* reader = nullptr;
    for (const Node& node : x_from.nodes())
      if (std::ranges::count(node.inputs, id)) {
        if (reader) return false;
        reader = &node;
      }
    return reader && (reader->op == "Relu" || reader->op == "Clip");
  }

  void take(const Node& node) {
    const Node* normalization = normalization_after(x_from, node);
    const std::vector<ValueId>& outputs = normalization ? normalization->outputs : node.outputs;
    std::vector<std::string> names;
    for (const ValueId id : outputs) names.push_back(id == kNoValue ? "" : x_from.value(id).name);
    const auto made = x_to.add_node(node.op, node.name, inputs_of(node), node.attributes, names);
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i] == kNoValue) continue;
      x_plain[index(outputs[i])] = made[i];
      x_grids[index(outputs[i])] = is_one_of(kMoved, node.op) && x_grids[index(node.inputs[0])]
                                       ? x_grids[index(node.inputs[0])]
                                       : range_of(outputs[i]);
    }
    if (is_joined(outputs[0], node))
      x_joined.insert(outputs[0]);
    else if (is_quantized(node) && !std::ranges::count(x_from.outputs(), outputs[0]))
      x_kept.insert(outputs[0]);
  }

  const Graph& x_from;
  const Ranges& x_ranges;
  Graph x_to;
  std::vector<ValueId> x_plain;              // in x_to, by value of x_from
  std::vector<std::optional<Grid>> x_grids;  // of values that are no constants
  std::vector<ValueId> x_dequantized;
  std::set<ValueId> x_joined;  // read by the rectifier after it alone
  std::set<ValueId> x_kept;    // results that everyone reads as quantized
};

}  // namespace

Ranges calibrate(const Graph& graph, std::span<const std::map<std::string, Tensor>> inputs) {
  Graph observed = graph;
  for (ValueId id = 0; id < std::ssize(graph.values()); ++id) {
    const Value& value = graph.value(id);
    const bool seen = std::ranges::count(graph.outputs(), id) > 0;
    if (value.dtype == DType::f32 && !value.constant && value.producer != kNoNode && !seen)
      observed.output(id);
  }
  Ranges ranges;
  const auto widen = [&](const std::string& name, const Tensor& tensor) {
    if (tensor.dtype != DType::f32) return;
    Range& range = ranges[name];
    for (const float value : tensor.as<float>()) {
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  };
  for (const auto& given : inputs) {
    for (const auto& [name, tensor] : given) widen(name, tensor);
    const std::vector<Tensor> outputs = execute(observed, given);
    for (size_t i = 0; i < outputs.size(); ++i)
      widen(observed.value(observed.outputs()[i]).name, outputs[i]);
  }
  return ranges;
}

Graph quantize(const Graph& graph, const Ranges& ranges) {
  Graph quantized = Quantizer(graph, ranges).run();
  quantized.drop_unused();
  return quantized;
}

}  // namespace assay
