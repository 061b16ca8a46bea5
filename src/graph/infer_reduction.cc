// SPDX-License-Identifier: MIT
#include <array>

#include "graph/rule.h"

namespace assay {
namespace {

// In opset 17 ReduceSum takes its axes as an input, the others as an attribute.
std::optional<std::vector<int64_t>> reduced_axes(const NodeView& view) {
  if (!view.has(1)) return view.node().attribute("axes", std::vector<int64_t>{});
  return view.integers(1);
}

Shape without(const Shape& shape, const std::vector<size_t>& axes, bool keep) {
  std::vector<bool> reduced(shape.size());
  for (size_t axis : axes) reduced[axis] = true;
  Shape result;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (!reduced[i])
      result.push_back(shape[i]);
    else if (keep)
      result.push_back(1);
  }
  return result;
}

Outputs reduce(const NodeView& view) {
  const auto given = reduced_axes(view);
  if (!given) return {{view.dtype(0), std::nullopt}};
  if (given->empty() && view.node().attribute("noop_with_empty_axes", int64_t{0}) != 0)
    return same_as_first(view);
  std::vector<size_t> axes = view.axes(*given, view.rank(0));
  if (given->empty())
    for (size_t i = 0; i < view.shape(0).size(); ++i) axes.push_back(i);
  const bool keep = view.node().attribute("keepdims", int64_t{1}) != 0;
  return {{view.dtype(0), without(view.shape(0), axes, keep)}};
}

Outputs arg_reduce(const NodeView& view) {
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  const bool keep = view.node().attribute("keepdims", int64_t{1}) != 0;
  return {{DType::i64, without(view.shape(0), {axis}, keep)}};
}

Outputs top_k(const NodeView& view) {
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{-1}), view.rank(0));
  const auto k = view.integers(1);
  if (!k) return {{view.dtype(0), std::nullopt}, {DType::i64, std::nullopt}};
  if (k->size() != 1 || k->front() < 0 || k->front() > view.shape(0)[axis])
    view.fail("k has to be one number from 0 to {}", view.shape(0)[axis]);
  Shape shape = view.shape(0);
  shape[axis] = k->front();
  return {{view.dtype(0), shape}, {DType::i64, shape}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"ArgMax", arg_reduce},
    {"ArgMin", arg_reduce},
    {"CumSum", same_as_first},
    {"ReduceL1", reduce},
    {"ReduceL2", reduce},
    {"ReduceLogSum", reduce},
    {"ReduceLogSumExp", reduce},
    {"ReduceMax", reduce},
    {"ReduceMean", reduce},
    {"ReduceMin", reduce},
    {"ReduceProd", reduce},
    {"ReduceSum", reduce},
    {"ReduceSumSquare", reduce},
    {"TopK", top_k},
});

}  // namespace

std::span<const NamedRule> reduction_rules() {
  return kRules;
}

}  // namespace assay
