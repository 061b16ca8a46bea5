// SPDX-License-Identifier: MIT
// Operators with a sliding window, and those that stand around them: normalization over channels
// and pooling over the whole plane. All in NHWC, two spatial axes.
#include <algorithm>

#include "engines/tensorflow/lowering.h"
#include "graph/folded_convolution.h"

namespace assay {
namespace {

const Order kHwio = {2, 3, 1, 0};  // of a weight that is stored as OIHW
const Order kNhwc = {0, 2, 3, 1};

void require_plane(Lowering& to) {
  if (to.rank(0) != 4) to.refuse("only with two spatial axes");
}

void set_window(Operation& operation, const Window& window, const Padding& padding) {
  operation.set("strides", {1, window.strides[0], window.strides[1], 1});
  const bool explicitly = !padding.none && !padding.same;
  operation.set("padding", padding.none ? "VALID" : padding.same ? "SAME" : "EXPLICIT");
  if (explicitly)
    operation.set("explicit_paddings", {0, 0, padding.before[0], padding.after[0],
                                        padding.before[1], padding.after[1], 0, 0});
}

TF_Output padded(Lowering& to, TF_Output x, const Padding& padding, float value) {
  if (padding.none) return x;
  const Tensor pads =
      make_i64({4, 2}, std::vector<int64_t>{0, 0, padding.before[0], padding.after[0],
                                            padding.before[1], padding.after[1], 0, 0});
  return to.add("PadV2")
      .input(x)
      .input(to.constant_of(pads))
      .input(to.scalar(value))
      .set("T", DType::f32)
      .set("Tpaddings", DType::i64)
      .output();
}

// H x W x C x multiplier, where the graph has (C multiplier) x 1 x H x W.
Tensor depthwise_weight(const Tensor& weight, int64_t channels) {
  Tensor last = transposed(weight, {2, 3, 0, 1});
  last.shape = {weight.shape[2], weight.shape[3], channels, weight.shape[0] / channels};
  return last;
}

void lower_conv(Lowering& to) {
  require_plane(to);
  const Shape& weight = to.shape(1);
  const Window window = sliding_window(to.node(), to.shape(0), {weight[2], weight[3]});
  const int64_t channels = to.shape(0)[1], groups = to.attribute("group", int64_t{1});
  const bool depthwise = groups == channels && groups > 1 && window.strides[0] == window.strides[1];
  const auto folded = folded_convolution(to.graph(), to.node());
  const DType type = to.graph().value(to.node().inputs[1]).dtype;
  if (type != DType::f32) to.refuse("only with weights of f32, not " + std::string(name_of(type)));
  if (!folded) to.refuse("only with constant weights");  // TensorFlow keeps them (api.cc)
  TF_Output x = to.in(0, kNhwc);
  Padding padding = padding_of(window, to.shape(0));
  if (depthwise && !padding.same) {
    // TensorFlow's fused depthwise convolution forgets explicit paddings, and aborts.
    x = padded(to, x, padding, 0);
    padding = {};
  }
  const TF_Output filter = to.constant_of(depthwise ? depthwise_weight(folded->weight, channels)
                                                    : transposed(folded->weight, kHwio));
  Operation operation = to.add(depthwise ? "DepthwiseConv2dNative" : "Conv2D");
  operation.input(x).input(filter).set("T", to.dtype(0));
  set_window(operation, window, padding);
  operation.set("dilations", {1, window.dilations[0], window.dilations[1], 1});
  TF_Output y = operation.output();
  if (folded->bias) {
    const TF_Output bias = to.constant_of(*folded->bias);
    y = to.add("BiasAdd").input(y).input(bias).set("T", to.dtype(0)).output();
  }
  to.give(0, y, kNhwc);
}

void lower_max_pool(Lowering& to) {
  require_plane(to);
  const auto kernel = to.node().attribute("kernel_shape", std::vector<int64_t>{});
  const Window window = sliding_window(to.node(), to.shape(0), kernel);
  if (std::ranges::count(window.dilations, 1) != 2) to.refuse("only without dilations");
  if (to.node().outputs.size() > 1) to.refuse("only without indices");
  const TF_Output x = to.in(0, kNhwc);
  Operation operation = to.add("MaxPool");
  operation.input(x).set("T", to.dtype(0)).set("ksize", {1, kernel[0], kernel[1], 1});
  set_window(operation, window, padding_of(window, to.shape(0)));
  to.give(0, operation.output(), kNhwc);
}

// TensorFlow's own padding leaves padded elements out; ours counts them, so it is corrected for
// what the model does not count.
void lower_average_pool(Lowering& to) {
  require_plane(to);
  const auto kernel = to.node().attribute("kernel_shape", std::vector<int64_t>{});
  const Window window = sliding_window(to.node(), to.shape(0), kernel);
  if (std::ranges::count(window.dilations, 1) != 2) to.refuse("only without dilations");
  const bool with_pads = to.attribute("count_include_pad", int64_t{0}) != 0;
  const Padding padding = padding_of(window, to.shape(0));
  const bool theirs = padding.same && !with_pads;
  const TF_Output x = to.in(0, kNhwc);
  TF_Output y = to.add("AvgPool")
                    .input(theirs ? x : padded(to, x, padding, 0))
                    .set("T", to.dtype(0))
                    .set("ksize", {1, kernel[0], kernel[1], 1})
                    .set("strides", {1, window.strides[0], window.strides[1], 1})
                    .set("padding", theirs ? "SAME" : "VALID")
                    .output();
  const auto factors = average_correction(window, to.shape(0), with_pads);
  if (!theirs && !factors.empty())
    y = to.binary("Mul", y,
                  to.constant_of(make_f32({1, window.output[0], window.output[1], 1}, factors)));
  to.give(0, y, kNhwc);
}

void lower_global_pool(Lowering& to) {
  const Order order = channels_last(to.rank(0));
  std::vector<int64_t> axes;
  for (size_t axis = 1; axis + 1 < order.size(); ++axis) axes.push_back(static_cast<int64_t>(axis));
  const TF_Output x = to.in(0, order);
  to.give(0,
          to.add(to.theirs())
              .input(x)
              .input(to.list(axes))
              .set("keep_dims", true)
              .set("T", to.dtype(0))
              .set("Tidx", DType::i64)
              .output(),
          order);
}

void lower_batch_normalization(Lowering& to) {
  require_plane(to);
  if (is_folded_normalization(to.graph(), to.node())) return to.give(0, to.in(0), to.order(0));
  const TF_Output x = to.in(0, kNhwc);
  to.give(0,
          to.add("FusedBatchNormV3")
              .input(x)
              .input(to.in(1))
              .input(to.in(2))
              .input(to.in(3))
              .input(to.in(4))
              .set("T", to.dtype(0))
              .set("U", DType::f32)
              .set("epsilon", to.attribute("epsilon", 1e-5f))
              .set("is_training", false)
              .output(),
          kNhwc);
}

void lower_lrn(Lowering& to) {
  const int64_t size = to.attribute("size", int64_t{1});
  if (size % 2 == 0) to.refuse("only with an odd size");
  require_plane(to);
  const TF_Output x = to.in(0, kNhwc);
  to.give(0,
          to.add("LRN")
              .input(x)
              .set("T", to.dtype(0))
              .set("depth_radius", size / 2)
              .set("bias", to.attribute("bias", 1.0f))
              .set("alpha", to.attribute("alpha", 1e-4f) / static_cast<float>(size))
              .set("beta", to.attribute("beta", 0.75f))
              .output(),
          kNhwc);
}

constexpr LoweringRule kRules[] = {{"Conv", lower_conv},
                                   {"MaxPool", lower_max_pool},
                                   {"AveragePool", lower_average_pool},
                                   {"GlobalAveragePool", lower_global_pool, "Mean"},
                                   {"GlobalMaxPool", lower_global_pool, "Max"},
                                   {"BatchNormalization", lower_batch_normalization},
                                   {"LRN", lower_lrn}};

}  // namespace

std::span<const LoweringRule> window_lowering() {
  return kRules;
}

}  // namespace assay
