// SPDX-License-Identifier: MIT
// Operators with a sliding window, and those that stand around them. All in NHWC, two spatial axes.
// The format pads as TensorFlow's SAME does or not at all; what else a model asks for is padded
// before, which XNNPACK fuses again where it can.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engines/litert/integer_layer.h"
#include "graph/folded_convolution.h"

namespace assay {
namespace {

const Order kNhwc = {0, 2, 3, 1};
const Order kOhwi = {0, 2, 3, 1};             // of a weight that is stored as OIHW
const Order kDepthwiseWeight = {1, 2, 3, 0};  // 1 x H x W x (C multiplier)

void require_plane(Lowering& to) {
  if (to.rank(0) != 4 || to.dtype(0) != DType::f32) to.refuse("only of f32, with two spatial axes");
}

Shape output_in_file(Lowering& to) {
  return placed(to.result_shape(), kNhwc);
}

int padded(Lowering& to, int x, const Padding& padding, float value) {
  if (padding.none) return x;
  const std::vector<int32_t> sides = {0,
                                      0,
                                      static_cast<int32_t>(padding.before[0]),
                                      static_cast<int32_t>(padding.after[0]),
                                      static_cast<int32_t>(padding.before[1]),
                                      static_cast<int32_t>(padding.after[1]),
                                      0,
                                      0};
  const int pads = to.constant_of(make_tensor(DType::i32, {4, 2}, std::as_bytes(std::span(sides))));
  Shape shape = to.shape_in_file(x);
  for (size_t i = 0; i < 4; ++i) shape[i] += sides[2 * i] + sides[2 * i + 1];
  if (value == 0) return to.add_like(x, TfliteOp::pad, {x, pads}, shape, {22});
  return to.add(TfliteOp::padv2, {x, pads, to.scalar(value)}, DType::f32, shape, {43});
}

int8_t padding_kind(const Padding& padding) {
  return padding.same && !padding.none ? 0 : 1;  // SAME, VALID
}

// One for each output channel; the format wants one always.
int bias_of(Lowering& to, const FoldedConvolution& folded) {
  const int64_t channels = folded.weight.shape[0];
  const std::vector<float> zeros(static_cast<size_t>(channels));
  return to.constant_of(folded.bias ? *folded.bias : make_f32({channels}, zeros));
}

TfliteOptions convolution_options(const Window& window, const Padding& padding,
                                  std::optional<int64_t> multiplier, int8_t activation) {
  const auto number = [](int64_t value) { return static_cast<int32_t>(value); };
  TfliteOptions options{
      static_cast<uint8_t>(multiplier ? 2 : 1),
      {{0, padding_kind(padding)}, {1, number(window.strides[1])}, {2, number(window.strides[0])}}};
  if (multiplier) options.fields.push_back({3, number(*multiplier)});
  options.fields.push_back({multiplier ? 4 : 3, activation});
  const int dilation = multiplier ? 5 : 4;  // width first
  options.fields.push_back({dilation, number(window.dilations[1])});
  options.fields.push_back({dilation + 1, number(window.dilations[0])});
  return options;
}

void lower_conv(Lowering& to) {
  require_plane(to);
  const auto folded = folded_convolution(to.graph(), to.node());
  if (!folded) to.refuse("only with constant weights");
  const auto integers = integer_layer(to, 0);
  const Shape& weight = folded->weight.shape;
  const Window window = sliding_window(to.node(), to.shape(0), {weight[2], weight[3]});
  const Padding padding = padding_of(window, to.shape(0));
  const int64_t channels = to.shape(0)[1], groups = to.attribute("group", int64_t{1});
  const bool depthwise = groups == channels && groups > 1;
  int x = integers ? to.stored(0, kNhwc) : to.in(0, kNhwc);
  if (!padding.same) x = padded(to, x, padding, 0);
  const Order& order = depthwise ? kDepthwiseWeight : kOhwi;
  const auto multiplier = depthwise ? std::optional(weight[0] / channels) : std::nullopt;
  const TfliteOp op = depthwise ? TfliteOp::depthwise_conv : TfliteOp::conv;
  const auto options = convolution_options(window, padding, multiplier,
                                           integers ? integers->output.activation : int8_t{0});
  if (integers) {
    const int filter = to.integer_constant(transposed(integers->weight, order), integers->scales,
                                           place_of(0, order));
    const int bias = to.integer_constant(integers->bias, integers->bias_scales, 0);
    const int y =
        to.add_on(integers->output.grid, op, {x, filter, bias}, output_in_file(to), options);
    return to.give_integers(integers->output, y, kNhwc);
  }
  const int filter = to.constant_of(transposed(folded->weight, order));
  to.give(0, to.add(op, {x, filter, bias_of(to, *folded)}, DType::f32, output_in_file(to), options),
          kNhwc);
}

TfliteOptions pool_options(const Window& window, bool same) {
  return {5,
          {{0, int8_t(same ? 0 : 1)},
           {1, static_cast<int32_t>(window.strides[1])},
           {2, static_cast<int32_t>(window.strides[0])},
           {3, static_cast<int32_t>(window.kernel[1])},
           {4, static_cast<int32_t>(window.kernel[0])}}};
}

Window pool_window(Lowering& to) {
  require_plane(to);
  const auto kernel = to.node().attribute("kernel_shape", std::vector<int64_t>{});
  const Window window = sliding_window(to.node(), to.shape(0), kernel);
  if (std::ranges::count(window.dilations, 1) != 2) to.refuse("only without dilations");
  if (to.node().outputs.size() > 1) to.refuse("only without indices");
  return window;
}

// Nothing below 0: padding with 0 is then as good as with the smallest number, and faster.
bool is_never_negative(const Graph& graph, ValueId id) {
  const NodeId producer = graph.value(id).producer;
  if (producer == kNoNode) return false;
  const Node& node = graph.node(producer);
  if (node.op == "Relu" || node.op == "Sigmoid" || node.op == "HardSigmoid") return true;
  if (node.op == "MaxPool" || node.op == "AveragePool" || node.op == "Concat")
    return std::ranges::all_of(node.inputs,
                               [&](ValueId in) { return is_never_negative(graph, in); });
  return false;
}

// Of integers as of f32; padding with 0 is padding with the smallest where that stands for 0.
void lower_max_pool(Lowering& to) {
  const Window window = pool_window(to);
  const Padding padding = padding_of(window, to.shape(0));
  const bool same = padding.same && !padding.none;
  const auto grid = to.stored_grid(0);
  const bool zero = grid ? grid->zero == -128 : is_never_negative(to.graph(), to.node().inputs[0]);
  const bool integers = grid && (zero || padding.none || same);
  int x = integers ? to.stored(0, kNhwc) : to.in(0, kNhwc);
  if (!same) x = padded(to, x, padding, zero ? 0 : std::numeric_limits<float>::lowest());
  to.give(0,
          to.add_like(x, TfliteOp::max_pool, {x}, output_in_file(to), pool_options(window, same)),
          kNhwc);
}

// SAME leaves padded elements out of the average; ours counts them, so it is corrected for what the
// model does not count. Integers only where nothing is corrected; the format then averages on the
// input's grid.
void lower_average_pool(Lowering& to) {
  const Window window = pool_window(to);
  const Padding padding = padding_of(window, to.shape(0));
  const bool with_pads = to.attribute("count_include_pad", int64_t{0}) != 0;
  const bool same = padding.same && !with_pads && !padding.none;
  auto factors = average_correction(window, to.shape(0), with_pads);
  if (same) factors.clear();
  const auto output = to.quantized();
  const bool integers = output && output->activation == 0 && factors.empty() && to.stored_grid(0);
  const int plain = integers ? to.stored(0, kNhwc) : to.in(0, kNhwc);
  const int x = same ? plain : padded(to, plain, padding, 0);
  int y =
      to.add_like(x, TfliteOp::average_pool, {x}, output_in_file(to), pool_options(window, same));
  if (integers) return to.give_integers(*output, to.quantize(y, output->grid), kNhwc);
  if (!factors.empty())
    y = to.binary(TfliteOp::mul, y,
                  to.constant_of(make_f32({1, window.output[0], window.output[1], 1}, factors)));
  to.give(0, y, kNhwc);
}

void lower_global_pool(Lowering& to) {
  require_plane(to);
  const int x = to.in(0, kNhwc);
  to.give(
      0,
      to.add(to.theirs(), {x, to.list({1, 2})}, DType::f32, output_in_file(to), {27, {{0, true}}}),
      kNhwc);
}

// One that no convolution took in: a factor and an offset for each channel.
void lower_batch_normalization(Lowering& to) {
  if (is_folded_normalization(to.graph(), to.node())) return to.give(0, to.stored(0), to.order(0));
  require_plane(to);
  const auto scale = to.floats(1), offset = to.floats(2), mean = to.floats(3),
             variance = to.floats(4);
  const double epsilon = to.attribute("epsilon", 1e-5f);
  std::vector<float> factors(scale.size()), offsets(scale.size());
  for (size_t i = 0; i < scale.size(); ++i) {
    const double factor = scale[i] / std::sqrt(variance[i] + epsilon);
    factors[i] = static_cast<float>(factor);
    offsets[i] = static_cast<float>(offset[i] - mean[i] * factor);
  }
  const Shape channels = {static_cast<int64_t>(scale.size())};
  const int x = to.in(0, kNhwc);
  const int scaled = to.binary(TfliteOp::mul, x, to.constant_of(make_f32(channels, factors)));
  to.give(0, to.binary(TfliteOp::add, scaled, to.constant_of(make_f32(channels, offsets))), kNhwc);
}

void lower_lrn(Lowering& to) {
  require_plane(to);
  const int64_t size = to.attribute("size", int64_t{1});
  if (size % 2 == 0) to.refuse("only with an odd size");
  const TfliteOptions options{13,
                              {{0, static_cast<int32_t>(size / 2)},
                               {1, to.attribute("bias", 1.0f)},
                               {2, to.attribute("alpha", 1e-4f) / static_cast<float>(size)},
                               {3, to.attribute("beta", 0.75f)}}};
  const int x = to.in(0, kNhwc);
  to.give(
      0,
      to.add(TfliteOp::local_response_normalization, {x}, DType::f32, output_in_file(to), options),
      kNhwc);
}

constexpr LoweringRule kRules[] = {{"Conv", lower_conv},
                                   {"MaxPool", lower_max_pool},
                                   {"AveragePool", lower_average_pool},
                                   {"GlobalAveragePool", lower_global_pool, TfliteOp::mean},
                                   {"GlobalMaxPool", lower_global_pool, TfliteOp::reduce_max},
                                   {"BatchNormalization", lower_batch_normalization},
                                   {"LRN", lower_lrn}};

}  // namespace

std::span<const LoweringRule> window_lowering() {
  return kRules;
}

}  // namespace assay
