// SPDX-License-Identifier: MIT
// Operators with a sliding window, and those that stand around them.
#include <algorithm>

#include "engines/caffe2/lowering.h"
#include "graph/folded_convolution.h"

namespace assay {
namespace {

void require_plane(Lowering& to) {
  if (to.rank(0) != 4) to.refuse("only with two spatial axes");
}

void set_window(Caffe2Operator& operation, const Window& window, const Padding& padding) {
  operation.set("kernels", window.kernel).set("strides", window.strides);
  operation.set("pads", {padding.before[0], padding.before[1], padding.after[0], padding.after[1]});
}

void lower_conv(Lowering& to) {
  require_plane(to);
  const Shape& weight = to.shape(1);
  const Window window = sliding_window(to.node(), to.shape(0), {weight[2], weight[3]});
  std::vector<std::string> inputs;
  if (const auto folded = folded_convolution(to.graph(), to.node())) {
    inputs = {to.in(0), to.weight(folded->weight)};
    if (folded->bias) inputs.push_back(to.weight(*folded->bias));
  } else {
    inputs = to.all_inputs();
  }
  Caffe2Operator operation = to.add("Conv", inputs, to.out());
  set_window(operation, window, padding_of(window, to.shape(0)));
  operation.set("dilations", window.dilations).set("group", to.attribute("group", int64_t{1}));
}

Window pool_window(Lowering& to) {
  require_plane(to);
  if (to.node().outputs.size() > 1) to.refuse("only without indices");
  const auto kernel = to.node().attribute("kernel_shape", std::vector<int64_t>{});
  const Window window = sliding_window(to.node(), to.shape(0), kernel);
  if (std::ranges::count(window.dilations, 1) != 2) to.refuse("only without dilations");
  const Padding padding = padding_of(window, to.shape(0));
  for (size_t i = 0; i < 2; ++i)
    if (std::max(padding.before[i], padding.after[i]) >= kernel[i])
      to.refuse("only with less padding than its window is wide");
  return window;
}

void lower_max_pool(Lowering& to) {
  const Window window = pool_window(to);
  Caffe2Operator operation = to.add("MaxPool", {to.in(0)}, to.out());
  set_window(operation, window, padding_of(window, to.shape(0)));
}

// What a window takes beyond the model's padding, because the output is rounded up, counts as
// padding for Caffe2 and not at all in the model.
void lower_average_pool(Lowering& to) {
  const Window window = pool_window(to);
  const int64_t with_pads = to.attribute("count_include_pad", int64_t{0});
  std::vector<float> factors;
  if (with_pads != 0) factors = average_correction(window, to.shape(0), true);
  const std::string mean = factors.empty() ? to.out() : to.fresh();
  Caffe2Operator operation = to.add("AveragePool", {to.in(0)}, mean);
  set_window(operation, window, padding_of(window, to.shape(0)));
  operation.set("count_include_pad", with_pads);
  if (factors.empty()) return;
  const Tensor correction = make_f32({1, 1, window.output[0], window.output[1]}, factors);
  to.add("Mul", {mean, to.weight(correction)}, to.out());
}

void lower_global_pool(Lowering& to) {
  require_plane(to);
  to.add(to.theirs(), {to.in(0)}, to.out()).set("global_pooling", int64_t{1});
}

void lower_batch_normalization(Lowering& to) {
  if (is_folded_normalization(to.graph(), to.node())) return to.is_the_same(to.in(0));
  to.add("SpatialBN", to.all_inputs(), to.out())
      .set("is_test", int64_t{1})
      .set("epsilon", to.attribute("epsilon", 1e-5f));
}

void lower_lrn(Lowering& to) {
  const int64_t size = to.attribute("size", int64_t{1});
  if (size % 2 == 0) to.refuse("only with an odd size");
  require_plane(to);
  to.add("LRN", {to.in(0)}, to.out())
      .set("size", size)
      .set("alpha", to.attribute("alpha", 1e-4f))
      .set("beta", to.attribute("beta", 0.75f))
      .set("bias", to.attribute("bias", 1.0f));
}

void lower_layer_normalization(Lowering& to) {
  if (!to.has(2)) to.refuse("only with a bias");
  to.add("LayerNorm", to.all_inputs(), to.out())
      .also_gives(to.fresh())
      .also_gives(to.fresh())
      .set("axis", static_cast<int64_t>(to.axis(to.attribute("axis", int64_t{-1}))))
      .set("epsilon", to.attribute("epsilon", 1e-5f))
      .set("elementwise_affine", int64_t{1});
}

constexpr LoweringRule kRules[] = {{"Conv", lower_conv},
                                   {"MaxPool", lower_max_pool},
                                   {"AveragePool", lower_average_pool},
                                   {"GlobalAveragePool", lower_global_pool, "AveragePool"},
                                   {"GlobalMaxPool", lower_global_pool, "MaxPool"},
                                   {"BatchNormalization", lower_batch_normalization},
                                   {"LayerNormalization", lower_layer_normalization},
                                   {"LRN", lower_lrn}};

}  // namespace

std::span<const LoweringRule> window_lowering() {
  return kRules;
}

}  // namespace assay
