// SPDX-License-Identifier: MIT
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

void require_same_type(const NodeView& view, size_t a, size_t b) {
  if (view.dtype(a) != view.dtype(b) && view.dtype(a) != DType::undefined &&
      view.dtype(b) != DType::undefined)
    view.fail("its inputs are of different types, {} and {}", name_of(view.dtype(a)),
              name_of(view.dtype(b)));
}

Outputs truth_of_first(const NodeView& view) {
  return {{DType::boolean, view.shape(0)}};
}

Outputs broadcast_all(const NodeView& view) {
  Shape shape = view.shape(0);
  for (size_t i = 1; i < view.input_count(); ++i) {
    require_same_type(view, 0, i);
    shape = view.broadcast(shape, view.shape(i));
  }
  return {{view.dtype(0), shape}};
}

Outputs binary(const NodeView& view) {
  require_same_type(view, 0, 1);
  return {{view.dtype(0), view.broadcast(view.shape(0), view.shape(1))}};
}

Outputs comparison(const NodeView& view) {
  require_same_type(view, 0, 1);
  return {{DType::boolean, view.broadcast(view.shape(0), view.shape(1))}};
}

Outputs power(const NodeView& view) {
  return {{view.dtype(0), view.broadcast(view.shape(0), view.shape(1))}};
}

Outputs prelu(const NodeView& view) {
  if (view.broadcast(view.shape(0), view.shape(1)) != view.shape(0))
    view.fail("the slope {} does not broadcast to the input", to_string(view.shape(1)));
  return same_as_first(view);
}

Outputs where(const NodeView& view) {
  require_same_type(view, 1, 2);
  return {
      {view.dtype(1), view.broadcast(view.broadcast(view.shape(0), view.shape(1)), view.shape(2))}};
}

Outputs clip(const NodeView& view) {
  for (size_t i : {size_t{1}, size_t{2}})
    if (view.has(i) && element_count(view.shape(i)) != 1)
      view.fail("the limits are scalars, not {}", to_string(view.shape(i)));
  return same_as_first(view);
}

Outputs cast(const NodeView& view) {
  return {{dtype_from_onnx(view.node().attribute("to", int64_t{0})), view.shape(0)}};
}

Outputs cast_like(const NodeView& view) {
  return {{view.dtype(1), view.shape(0)}};
}

Outputs dropout(const NodeView& view) {
  return {{view.dtype(0), view.shape(0)}, {DType::boolean, view.shape(0)}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Abs", same_as_first},
    {"Acos", same_as_first},
    {"Acosh", same_as_first},
    {"Add", binary},
    {"And", comparison},
    {"Asin", same_as_first},
    {"Asinh", same_as_first},
    {"Atan", same_as_first},
    {"Atanh", same_as_first},
    {"BitShift", binary},
    {"Cast", cast},
    {"CastLike", cast_like},
    {"Ceil", same_as_first},
    {"Celu", same_as_first},
    {"Clip", clip},
    {"Cos", same_as_first},
    {"Cosh", same_as_first},
    {"Div", binary},
    {"Dropout", dropout},
    {"Elu", same_as_first},
    {"Equal", comparison},
    {"Erf", same_as_first},
    {"Exp", same_as_first},
    {"Floor", same_as_first},
    {"Gelu", same_as_first},
    {"Greater", comparison},
    {"GreaterOrEqual", comparison},
    {"HardSigmoid", same_as_first},
    {"HardSwish", same_as_first},
    {"Identity", same_as_first},
    {"IsInf", truth_of_first},
    {"IsNaN", truth_of_first},
    {"LeakyRelu", same_as_first},
    {"Less", comparison},
    {"LessOrEqual", comparison},
    {"Log", same_as_first},
    {"Max", broadcast_all},
    {"Mean", broadcast_all},
    {"Min", broadcast_all},
    {"Mish", same_as_first},
    {"Mod", binary},
    {"Mul", binary},
    {"Neg", same_as_first},
    {"Not", truth_of_first},
    {"Or", comparison},
    {"PRelu", prelu},
    {"Pow", power},
    {"Reciprocal", same_as_first},
    {"Relu", same_as_first},
    {"Round", same_as_first},
    {"Selu", same_as_first},
    {"Shrink", same_as_first},
    {"Sigmoid", same_as_first},
    {"Sign", same_as_first},
    {"Sin", same_as_first},
    {"Sinh", same_as_first},
    {"Softplus", same_as_first},
    {"Softsign", same_as_first},
    {"Sqrt", same_as_first},
    {"Sub", binary},
    {"Sum", broadcast_all},
    {"Tan", same_as_first},
    {"Tanh", same_as_first},
    {"ThresholdedRelu", same_as_first},
    {"Where", where},
    {"Xor", comparison},
});

}  // namespace

std::span<const NamedRule> elementwise_rules() {
  return kRules;
}

}  // namespace assay
