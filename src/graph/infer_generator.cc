// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "graph/rule.h"

namespace assay {
namespace {

DType type_attribute(const NodeView& view, DType otherwise) {
  if (!view.has_attribute("dtype")) return otherwise;
  return dtype_from_onnx(view.node().attribute("dtype", int64_t{0}));
}

// The part of the dimensions from `start` up to `end`, both counted from the end if negative.
Outputs shape_of(const NodeView& view) {
  const int64_t rank = view.rank(0);
  auto bound = [rank](int64_t given) {
    return std::clamp<int64_t>(given < 0 ? given + rank : given, 0, rank);
  };
  const int64_t start = bound(view.node().attribute("start", int64_t{0}));
  const int64_t end = bound(view.node().attribute("end", rank));
  return {{DType::i64, Shape{std::max<int64_t>(end - start, 0)}}};
}

Outputs size(const NodeView& view) {
  view.input(0);
  return {{DType::i64, Shape{}}};
}

Outputs constant_of_shape(const NodeView& view) {
  DType dtype = DType::f32;
  if (auto found = view.node().attributes.find("value"); found != view.node().attributes.end()) {
    const Tensor* value = std::get_if<Tensor>(&found->second);
    if (!value || value->elements() != 1) view.fail("its value is no tensor of one element");
    dtype = value->dtype;
  }
  return {{dtype, view.integers(0)}};
}

Outputs range(const NodeView& view) {
  const auto start = view.numbers(0), limit = view.numbers(1), delta = view.numbers(2);
  if (!start || !limit || !delta) return {{view.dtype(0), std::nullopt}};
  if (start->size() != 1 || limit->size() != 1 || delta->size() != 1 || delta->front() == 0)
    view.fail("start, limit and delta are scalars, and delta is not 0");
  const double count = std::ceil((limit->front() - start->front()) / delta->front());
  if (!(count < 0x1p53)) view.fail("it has too many elements");
  return {{view.dtype(0), Shape{std::max<int64_t>(static_cast<int64_t>(std::max(count, 0.0)), 0)}}};
}

Outputs like_first(const NodeView& view) {
  return {{type_attribute(view, view.dtype(0)), view.shape(0)}};
}

Outputs random(const NodeView& view) {
  return {
      {type_attribute(view, DType::f32), view.node().attribute("shape", std::vector<int64_t>{})}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Bernoulli", like_first},
    {"ConstantOfShape", constant_of_shape},
    {"EyeLike", like_first},
    {"RandomNormal", random},
    {"RandomNormalLike", like_first},
    {"RandomUniform", random},
    {"RandomUniformLike", like_first},
    {"Range", range},
    {"Shape", shape_of},
    {"Size", size},
});

}  // namespace

std::span<const NamedRule> generator_rules() {
  return kRules;
}

}  // namespace assay
