// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "graph/rule.h"

namespace assay {
namespace {

Shape slice_of(const Shape& shape, size_t first, size_t last) {
  return {shape.begin() + static_cast<std::ptrdiff_t>(first),
          shape.begin() + static_cast<std::ptrdiff_t>(last)};
}

Shape joined(Shape a, const Shape& b, const Shape& c = {}) {
  a.insert(a.end(), b.begin(), b.end());
  a.insert(a.end(), c.begin(), c.end());
  return a;
}

Outputs gather(const NodeView& view) {
  const Shape& data = view.shape(0);
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  return {{view.dtype(0),
           joined(slice_of(data, 0, axis), view.shape(1), slice_of(data, axis + 1, data.size()))}};
}

Outputs gather_elements(const NodeView& view) {
  view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  if (view.rank(1) != view.rank(0)) view.fail("the indices have another rank than the data");
  return {{view.dtype(0), view.shape(1)}};
}

Outputs gather_nd(const NodeView& view) {
  view.require_rank(1, 1);
  const Shape &data = view.shape(0), &indices = view.shape(1);
  const int64_t batch = view.node().attribute("batch_dims", int64_t{0});
  const int64_t depth = indices.back();
  if (batch < 0 || batch >= view.rank(1) || depth < 0 || depth > view.rank(0) - batch)
    view.fail("indices of {} coordinates after {} batch dimensions do not fit", depth, batch);
  return {{view.dtype(0), joined(slice_of(indices, 0, indices.size() - 1),
                                 slice_of(data, static_cast<size_t>(batch + depth), data.size()))}};
}

Outputs scatter_elements(const NodeView& view) {
  view.axis(view.node().attribute("axis", int64_t{0}), view.rank(0));
  if (view.shape(1) != view.shape(2)) view.fail("indices and updates differ in shape");
  return same_as_first(view);
}

Outputs one_hot(const NodeView& view) {
  const auto depth = view.numbers(1);
  if (!depth) return {{view.dtype(2), std::nullopt}};
  if (depth->size() != 1 || !(depth->front() >= 1 && depth->front() < 0x1p53))
    view.fail("its depth is no number of classes");
  const size_t axis = view.axis(view.node().attribute("axis", int64_t{-1}), view.rank(0) + 1);
  Shape shape = view.shape(0);
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis),
               static_cast<int64_t>(depth->front()));
  return {{view.dtype(2), std::move(shape)}};
}

// The sizes are not known before it runs.
Outputs data_dependent(const NodeView& view) {
  return {{view.dtype(0), std::nullopt}};
}

Outputs grid_sample(const NodeView& view) {
  if (view.rank(0) != 4 || view.rank(1) != 4) view.fail("input and grid have 4 dimensions");
  const Shape &input = view.shape(0), &grid = view.shape(1);
  if (grid[0] != input[0] || grid[3] != 2) view.fail("the grid is not N x H x W x 2");
  return {{view.dtype(0), Shape{input[0], input[1], grid[1], grid[2]}}};
}

Outputs roi_align(const NodeView& view) {
  if (view.rank(0) != 4 || view.rank(1) != 2) view.fail("it takes N x C x H x W and boxes x 4");
  return {{view.dtype(0), Shape{view.shape(1)[0], view.shape(0)[1],
                                view.node().attribute("output_height", int64_t{1}),
                                view.node().attribute("output_width", int64_t{1})}}};
}

Outputs resize(const NodeView& view) {
  Shape shape = view.shape(0);
  if (view.has(3)) {
    const auto sizes = view.integers(3);
    if (!sizes) return data_dependent(view);
    if (sizes->size() != shape.size())
      view.fail("{} sizes for {} dimensions", sizes->size(), shape.size());
    return {{view.dtype(0), *sizes}};
  }
  const auto scales = view.numbers(2);
  if (!scales) return data_dependent(view);
  if (scales->size() != shape.size())
    view.fail("{} scales for {} dimensions", scales->size(), shape.size());
  for (size_t i = 0; i < shape.size(); ++i) {
    const double scaled = std::floor(static_cast<double>(shape[i]) * (*scales)[i]);
    if (!(scaled >= 0 && scaled < 0x1p53)) view.fail("a scale of {} does not fit", (*scales)[i]);
    shape[i] = static_cast<int64_t>(scaled);
  }
  return {{view.dtype(0), std::move(shape)}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Gather", gather},
    {"GatherElements", gather_elements},
    {"GatherND", gather_nd},
    {"GridSample", grid_sample},
    {"OneHot", one_hot},
    {"Resize", resize},
    {"RoiAlign", roi_align},
    {"ScatterElements", scatter_elements},
    {"ScatterND", same_as_first},
});

}  // namespace

std::span<const NamedRule> index_rules() {
  return kRules;
}

}  // namespace assay
