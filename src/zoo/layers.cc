// SPDX-License-Identifier: MIT
#include "zoo/layers.h"

#include <algorithm>

#include "base/error.h"

namespace assay {
namespace {

std::vector<int64_t> list(const Pair& pair) {
  return {pair.h, pair.w};
}
std::vector<int64_t> list(const Pads& pads) {
  return {pads.top, pads.left, pads.bottom, pads.right};
}

Attributes pool_attributes(const PoolSpec& spec) {
  return {{"kernel_shape", list(spec.kernel)},
          {"strides", list(spec.stride)},
          {"pads", list(spec.pad)},
          {"ceil_mode", int64_t{spec.ceil_mode}}};
}

int64_t positive(int64_t given, int64_t own, const char* what, const std::string& network) {
  if (given < 0) throw Error("{} of '{}' is {}; it must be positive", what, network, given);
  return given == 0 ? own : given;
}

}  // namespace

Layers::Layers(const ZooEntry& entry, const BuildOptions& options)
    : x_graph(entry.name),
      x_classes(positive(options.classes, entry.classes, "the class count", entry.name)) {
  const int64_t size = positive(options.input_size, entry.input_size, "the input size", entry.name);
  const int64_t batch = positive(options.batch, 1, "the batch", entry.name);
  x_graph.input("input", DType::f32, {batch, entry.input_channels, size, size});
}

const Shape& Layers::shape(ValueId x) const {
  const auto& known = x_graph.value(x).shape;
  ASSAY_CHECK(known.has_value());
  return *known;
}

ValueId Layers::op(const std::string& op, const std::string& name,
                   const std::vector<ValueId>& inputs, Attributes attributes) {
  return x_graph.add(op, name, inputs, std::move(attributes));
}

ValueId Layers::constant(const std::string& name, Tensor tensor) {
  return x_graph.constant(name, std::move(tensor));
}

ValueId Layers::scalar(float value) {
  const std::string name = fmt::format("scalar_{}", value);
  const auto known = x_graph.find(name);
  return known ? *known : constant(name, make_f32({}, std::vector<float>{value}));
}

ValueId Layers::parameter(const std::string& name, const Shape& shape) {
  return x_graph.constant(name, declare(DType::f32, shape));
}

ValueId Layers::conv(const std::string& name, ValueId x, const ConvSpec& spec) {
  std::vector<ValueId> inputs{x, parameter(name + ".weight", {spec.out, channels(x) / spec.groups,
                                                              spec.kernel.h, spec.kernel.w})};
  if (spec.bias) inputs.push_back(parameter(name + ".bias", {spec.out}));
  return op("Conv", name, inputs,
            {{"kernel_shape", list(spec.kernel)},
             {"strides", list(spec.stride)},
             {"pads", list(spec.pad)},
             {"group", spec.groups}});
}

ValueId Layers::batch_norm(const std::string& name, ValueId x, const NormSpec& spec) {
  const Shape width{channels(x)};
  const std::vector<float> ones(static_cast<size_t>(width[0]), 1.0f);
  const ValueId scale = spec.scale ? parameter(name + ".weight", width)
                                   : constant(name + ".ones", make_f32(width, ones));
  return op("BatchNormalization", name,
            {x, scale, parameter(name + ".bias", width), parameter(name + ".running_mean", width),
             parameter(name + ".running_var", width)},
            {{"epsilon", spec.epsilon}});
}

ValueId Layers::layer_norm(const std::string& name, ValueId x, float epsilon) {
  const Shape width{shape(x).back()};
  return op("LayerNormalization", name,
            {x, parameter(name + ".weight", width), parameter(name + ".bias", width)},
            {{"axis", int64_t{-1}}, {"epsilon", epsilon}});
}

// Gemm takes PyTorch's out x in weights as they are, but only matrices: other ranks go through two
// reshapes, which move no data.
ValueId Layers::linear(const std::string& name, ValueId x, int64_t out, bool bias) {
  Shape full = shape(x);
  const bool matrix = full.size() == 2;
  if (!matrix) x = reshape(name + ".rows", x, {-1, full.back()});
  std::vector<ValueId> inputs{x, parameter(name + ".weight", {out, full.back()})};
  if (bias) inputs.push_back(parameter(name + ".bias", {out}));
  const ValueId rows = op("Gemm", name, inputs, {{"transB", int64_t{1}}});
  full.back() = out;
  return matrix ? rows : reshape(name + ".unflatten", rows, full);
}

ValueId Layers::plane_conv(const std::string& name, ValueId x, int64_t out) {
  return conv(name, x, {.out = out, .kernel = {shape(x).at(2), shape(x).at(3)}, .bias = true});
}

ValueId Layers::conv_norm(const std::string& sequence, int index, ValueId x, const ConvSpec& spec) {
  x = conv(fmt::format("{}.{}", sequence, index), x, spec);
  return batch_norm(fmt::format("{}.{}", sequence, index + 1), x);
}

ValueId Layers::conv_norm_act(const std::string& name, ValueId x, const ConvSpec& conv_spec,
                              Act act, const NormSpec& norm) {
  return activate(batch_norm(name + ".1", conv(name + ".0", x, conv_spec), norm), act);
}

ValueId Layers::squeeze_excite(const std::string& name, ValueId x, int64_t hidden, Act act,
                               Act gate) {
  const ValueId mean = global_average_pool(name + ".avgpool", x);
  const ValueId reduced = activate(conv(name + ".fc1", mean, {.out = hidden, .bias = true}), act);
  const ValueId expanded = conv(name + ".fc2", reduced, {.out = channels(x), .bias = true});
  return multiply(name, x, activate(expanded, gate));
}

ValueId Layers::max_pool(const std::string& name, ValueId x, const PoolSpec& spec) {
  return op("MaxPool", name, {x}, pool_attributes(spec));
}

ValueId Layers::average_pool(const std::string& name, ValueId x, const PoolSpec& spec) {
  Attributes attributes = pool_attributes(spec);
  attributes["count_include_pad"] = int64_t{spec.count_include_pad};
  return op("AveragePool", name, {x}, attributes);
}

ValueId Layers::global_average_pool(const std::string& name, ValueId x) {
  return op("GlobalAveragePool", name, {x});
}

ValueId Layers::concat(const std::string& name, const std::vector<ValueId>& parts, int64_t axis) {
  return op("Concat", name, parts, {{"axis", axis}});
}

ValueId Layers::add(const std::string& name, ValueId a, ValueId b) {
  return op("Add", name, {a, b});
}

ValueId Layers::multiply(const std::string& name, ValueId a, ValueId b) {
  return op("Mul", name, {a, b});
}

ValueId Layers::multiply(const std::string& name, ValueId x, float factor) {
  return op("Mul", name, {x, scalar(factor)});
}

ValueId Layers::matmul(const std::string& name, ValueId a, ValueId b) {
  return op("MatMul", name, {a, b});
}

ValueId Layers::transpose(const std::string& name, ValueId x, const std::vector<int64_t>& order) {
  return op("Transpose", name, {x}, {{"perm", order}});
}

ValueId Layers::reshape(const std::string& name, ValueId x, const Shape& to) {
  const ValueId target = constant(name + ".shape", make_i64({static_cast<int64_t>(to.size())}, to));
  return op("Reshape", name, {x, target});
}

ValueId Layers::slice(const std::string& name, ValueId x, int64_t axis, int64_t begin,
                      int64_t end) {
  const auto one = [&](const char* part, int64_t value) {
    return constant(name + part, make_i64({1}, std::vector<int64_t>{value}));
  };
  return op("Slice", name, {x, one(".begin", begin), one(".end", end), one(".axis", axis)});
}

ValueId Layers::pad(const std::string& name, ValueId x, const Pads& pads) {
  const std::vector<int64_t> all{0, 0, pads.top, pads.left, 0, 0, pads.bottom, pads.right};
  return op("Pad", name, {x, constant(name + ".pads", make_i64({8}, all))});
}

ValueId Layers::lrn(const std::string& name, ValueId x, const LrnSpec& spec) {
  return op("LRN", name, {x},
            {{"size", spec.size}, {"alpha", spec.alpha}, {"beta", spec.beta}, {"bias", spec.bias}});
}

ValueId Layers::softmax(const std::string& name, ValueId x) {
  return op("Softmax", name, {x}, {{"axis", int64_t{-1}}});
}

ValueId Layers::flatten(ValueId x) {
  return op("Flatten", name(x) + ".flatten", {x}, {{"axis", int64_t{1}}});
}

ValueId Layers::channel_shuffle(ValueId x, int64_t groups) {
  const Shape full = shape(x);
  const std::string base = name(x) + ".shuffle";
  const ValueId grouped =
      reshape(base + ".groups", x, {full[0], groups, full[1] / groups, full[2], full[3]});
  return reshape(base, transpose(base + ".transpose", grouped, {0, 2, 1, 3, 4}), full);
}

Pads Layers::same(ValueId x, Pair kernel, Pair stride) const {
  const auto total = [](int64_t size, int64_t window, int64_t step) {
    return std::max<int64_t>(0, ((size + step - 1) / step - 1) * step + window - size);
  };
  const int64_t h = total(shape(x).at(2), kernel.h, stride.h);
  const int64_t w = total(shape(x).at(3), kernel.w, stride.w);
  return {h / 2, w / 2, h - h / 2, w - w / 2};
}

Graph Layers::finish(ValueId x) {
  x_graph.rename(x, "output");
  x_graph.output(x);
  return std::move(x_graph);
}

}  // namespace assay
