// SPDX-License-Identifier: MIT
#include "engines/litert/integer_layer.h"

#include <cmath>
#include <limits>

#include "graph/folded_convolution.h"

namespace assay {
namespace {

constexpr double kSameGrid = 1e-6;        // relative: a bias's scale is a product, rounded to f32
constexpr double kLargestRatio = 256;     // of scales, in XNNPACK's requantization
constexpr size_t kWeight = 1, kBias = 2;  // inputs

double bias_steps_of(const IntegerConstant& bias, size_t i, double step) {
  const double scale = bias.scales[bias.scales.size() > 1 ? i : 0];
  const int32_t zero = bias.zeros[bias.zeros.size() > 1 ? i : 0];
  const double integer = static_cast<double>(bias.values.as<int32_t>()[i]) - zero;
  return std::abs(scale / step - 1) < kSameGrid ? integer : integer * scale / step;
}

}  // namespace

std::optional<Tensor> integer_bias(const Tensor* f32, const IntegerConstant* integers,
                                   std::span<const double> steps) {
  constexpr double kMost = std::numeric_limits<int32_t>::max();
  const bool on_grid = integers && integers->values.dtype == DType::i32;
  std::vector<int32_t> rounded;
  for (size_t i = 0; i < steps.size(); ++i) {
    const double value = on_grid ? bias_steps_of(*integers, i, steps[i])
                         : f32   ? f32->as<float>()[i] / steps[i]
                                 : 0;
    if (!(std::abs(value) <= kMost)) return std::nullopt;
    rounded.push_back(static_cast<int32_t>(std::lround(value)));
  }
  return make_tensor(DType::i32, {std::ssize(rounded)}, std::as_bytes(std::span(rounded)));
}

const IntegerConstant* integer_weight(const Lowering& to, size_t channels_axis) {
  const IntegerConstant* weight = to.integers(kWeight);
  if (!weight || weight->values.dtype != DType::i8 || !weight->is_symmetric()) return nullptr;
  const bool fits = weight->scales.size() == 1 || weight->axis == channels_axis;
  return fits ? weight : nullptr;
}

std::optional<IntegerLayer> integer_layer(Lowering& to, size_t channels_axis) {
  const IntegerConstant* weight = integer_weight(to, channels_axis);
  const auto input = to.stored_grid(0);
  auto output = to.quantized();
  const Tensor* bias = to.constant(kBias);
  if (!weight || !input || !output || (to.has(kBias) && !bias)) return std::nullopt;
  if (normalization_after(to.graph(), to.node())) return std::nullopt;
  const int64_t channels = weight->values.shape.at(channels_axis);
  if (bias && (bias->dtype != DType::f32 || bias->shape != Shape{channels})) return std::nullopt;
  IntegerLayer layer{weight->values, {}, {}, {}, *output};
  std::vector<double> steps;
  for (size_t i = 0; i < static_cast<size_t>(channels); ++i) {
    const float scale = weight->scales[weight->scales.size() > 1 ? i : 0];
    layer.scales.push_back(scale);
    steps.push_back(double{scale} * input->scale);
    const double ratio = steps.back() / output->grid.scale;
    if (!(ratio > 0) || ratio >= kLargestRatio) return std::nullopt;
    layer.bias_scales.push_back(static_cast<float>(steps.back()));
  }
  const auto rounded = integer_bias(bias, to.integers(kBias), steps);
  if (!rounded) return std::nullopt;
  layer.bias = *rounded;
  return layer;
}

}  // namespace assay
