// SPDX-License-Identifier: MIT
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

// A scale is one number, or one for each slice along `axis`.
void require_scale(const NodeView& view) {
  const Shape& scale = view.shape(1);
  if (element_count(scale) != 1) {
    const size_t axis = view.axis(view.node().attribute("axis", int64_t{1}), view.rank(0));
    if (scale != Shape{view.shape(0)[axis]})
      view.fail("the scale {} does not fit axis {}", to_string(scale), axis);
  }
  if (view.has(2) && element_count(view.shape(2)) != element_count(scale))
    view.fail("the zero point {} does not fit the scale", to_string(view.shape(2)));
}

Outputs quantize(const NodeView& view) {
  require_scale(view);
  return {{view.has(2) ? view.dtype(2) : DType::u8, view.shape(0)}};
}

Outputs dequantize(const NodeView& view) {
  require_scale(view);
  return {{view.dtype(1), view.shape(0)}};
}

Outputs quantize_dynamically(const NodeView& view) {
  return {{DType::u8, view.shape(0)}, {DType::f32, Shape{}}, {DType::u8, Shape{}}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"DequantizeLinear", dequantize},
    {"DynamicQuantizeLinear", quantize_dynamically},
    {"QuantizeLinear", quantize},
});

}  // namespace

std::span<const NamedRule> quantization_rules() {
  return kRules;
}

}  // namespace assay
