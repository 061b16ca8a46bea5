// SPDX-License-Identifier: MIT
// Layers is the vocabulary in which the families are written: each call adds one layer to a Graph
// and returns its output. A layer named "conv1" declares the tensors "conv1.weight", "conv1.bias",
// ..., as PyTorch's state dict names them; layouts are PyTorch's too (OIHW, linear: out x in).
// Activations and other layers without tensors are named after what they follow. All windows are
// in pixels, height first.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "zoo/zoo.h"

namespace assay {

struct Pair {
  int64_t h, w;
  constexpr Pair(int64_t both) : h(both), w(both) {}
  constexpr Pair(int64_t height, int64_t width) : h(height), w(width) {}
};

struct Pads {
  int64_t top, left, bottom, right;
  constexpr Pads(int64_t all) : top(all), left(all), bottom(all), right(all) {}
  constexpr Pads(int64_t height, int64_t width)
      : top(height), left(width), bottom(height), right(width) {}
  constexpr Pads(int64_t t, int64_t l, int64_t b, int64_t r)
      : top(t), left(l), bottom(b), right(r) {}
};

struct ConvSpec {
  int64_t out = 0;
  Pair kernel = 1;
  Pair stride = 1;
  Pads pad = 0;
  int64_t groups = 1;
  bool bias = false;
};

struct PoolSpec {
  Pair kernel = 1;
  Pair stride = 1;
  Pads pad = 0;
  bool ceil_mode = false;
  bool count_include_pad = true;  // average pooling only
};

struct NormSpec {
  float epsilon = 1e-5f;
  bool scale = true;  // false: no learned scale (Keras' scale=False)
};

struct LrnSpec {
  int64_t size = 5;
  float alpha = 1e-4f;
  float beta = 0.75f;
  float bias = 1;
};

enum class Act { none, relu, relu6, gelu, silu, hardswish, sigmoid, hardsigmoid };

class Layers {
 public:
  // An empty network with its input "input".
  Layers(const ZooEntry& entry, const BuildOptions& options);

  ValueId input() const { return x_graph.inputs().front(); }
  int64_t classes() const { return x_classes; }
  const Shape& shape(ValueId x) const;
  int64_t channels(ValueId x) const { return shape(x).at(1); }
  const std::string& name(ValueId x) const { return x_graph.value(x).name; }

  // With tensors.
  ValueId conv(const std::string& name, ValueId x, const ConvSpec& spec);
  ValueId batch_norm(const std::string& name, ValueId x, const NormSpec& spec = {});
  // Over the last axis.
  ValueId layer_norm(const std::string& name, ValueId x, float epsilon);
  // Over the last axis of any rank.
  ValueId linear(const std::string& name, ValueId x, int64_t out, bool bias = true);
  // A linear layer over all of N x C x H x W written as a convolution with a window of the whole
  // plane: N x out x 1 x 1. Tensors as conv.
  ValueId plane_conv(const std::string& name, ValueId x, int64_t out);
  // A learned tensor of its own: class token, layer scale.
  ValueId parameter(const std::string& name, const Shape& shape);

  // Convolution and batch normalization at places `index` and `index` + 1 of a PyTorch Sequential:
  // the tensors of "sequence.3" and "sequence.4".
  ValueId conv_norm(const std::string& sequence, int index, ValueId x, const ConvSpec& spec);
  // Convolution, batch normalization, activation: the tensors of "name.0" and "name.1", as
  // torchvision's Conv2dNormActivation has them.
  ValueId conv_norm_act(const std::string& name, ValueId x, const ConvSpec& conv, Act act,
                        const NormSpec& norm = {});
  // Hu et al., 2018, arXiv 1709.01507: scales each channel by what two 1x1 convolutions "name.fc1"
  // and "name.fc2" make of all channels' means.
  ValueId squeeze_excite(const std::string& name, ValueId x, int64_t hidden, Act act = Act::relu,
                         Act gate = Act::sigmoid);

  // Named, without tensors.
  ValueId max_pool(const std::string& name, ValueId x, const PoolSpec& spec);
  ValueId average_pool(const std::string& name, ValueId x, const PoolSpec& spec);
  // To N x C x 1 x 1.
  ValueId global_average_pool(const std::string& name, ValueId x);
  // PyTorch's AdaptiveAvgPool2d to side x side; nothing where x has that size already.
  ValueId adaptive_average_pool(const std::string& name, ValueId x, int64_t side);
  ValueId concat(const std::string& name, const std::vector<ValueId>& parts, int64_t axis = 1);
  ValueId add(const std::string& name, ValueId a, ValueId b);
  ValueId multiply(const std::string& name, ValueId a, ValueId b);
  ValueId multiply(const std::string& name, ValueId x, float factor);
  ValueId matmul(const std::string& name, ValueId a, ValueId b);
  ValueId transpose(const std::string& name, ValueId x, const std::vector<int64_t>& order);
  ValueId reshape(const std::string& name, ValueId x, const Shape& to);
  // [begin, end) of one axis.
  ValueId slice(const std::string& name, ValueId x, int64_t axis, int64_t begin, int64_t end);
  ValueId pad(const std::string& name, ValueId x, const Pads& pads);
  ValueId lrn(const std::string& name, ValueId x, const LrnSpec& spec);
  ValueId softmax(const std::string& name, ValueId x);

  // Named after their operand: "bn1" -> "bn1.relu".
  ValueId activate(ValueId x, Act act);
  ValueId relu(ValueId x) { return activate(x, Act::relu); }
  ValueId flatten(ValueId x);
  // Zhang et al., 2018, arXiv 1707.01083: channel c of group g goes to position (c, g).
  ValueId channel_shuffle(ValueId x, int64_t groups);

  // Pads as TensorFlow's "same" does: what is odd goes to the bottom and the right.
  Pads same(ValueId x, Pair kernel, Pair stride = 1) const;

  // The operator itself, for what one family alone needs.
  ValueId op(const std::string& op, const std::string& name, const std::vector<ValueId>& inputs,
             Attributes attributes = {});
  ValueId constant(const std::string& name, Tensor tensor);

  // Names x "output" and gives the network away.
  Graph finish(ValueId x);

 private:
  ValueId scalar(float value);

  Graph x_graph;
  int64_t x_classes;
};

// Bins of PyTorch's adaptive pooling over one axis: bin i is [floor(i s / n), ceil((i + 1) s / n)).
struct Bins {
  std::vector<int64_t> begin, end;
};
Bins adaptive_bins(int64_t size, int64_t count);

}  // namespace assay
