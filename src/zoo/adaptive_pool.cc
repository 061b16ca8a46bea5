// SPDX-License-Identifier: MIT
// PyTorch's adaptive average pooling in operators that ONNX has. At a network's own input size it
// is nothing; at most others one AveragePool; where the bins are uneven, slices and means, one axis
// after the other.
#include "base/error.h"
#include "zoo/layers.h"

namespace assay {
namespace {

bool even(const Bins& bins) {
  for (size_t i = 1; i < bins.begin.size(); ++i)
    if (bins.end[i] - bins.begin[i] != bins.end[0] - bins.begin[0] ||
        bins.begin[i] - bins.begin[i - 1] != bins.begin[1] - bins.begin[0])
      return false;
  return bins.begin.size() < 2 || bins.begin[1] > bins.begin[0];
}

ValueId pool_axis(Layers& net, const std::string& name, ValueId x, int64_t axis, const Bins& bins) {
  std::vector<ValueId> parts;
  for (size_t i = 0; i < bins.begin.size(); ++i) {
    const std::string part = fmt::format("{}.bin{}", name, i);
    const ValueId bin = net.slice(part + ".slice", x, axis, bins.begin[i], bins.end[i]);
    parts.push_back(net.op("ReduceMean", part, {bin},
                           {{"axes", std::vector<int64_t>{axis}}, {"keepdims", int64_t{1}}}));
  }
  return net.concat(name, parts, axis);
}

}  // namespace

Bins adaptive_bins(int64_t size, int64_t count) {
  Bins bins;
  for (int64_t i = 0; i < count; ++i) {
    bins.begin.push_back(i * size / count);
    bins.end.push_back(((i + 1) * size + count - 1) / count);
  }
  return bins;
}

ValueId Layers::adaptive_average_pool(const std::string& name, ValueId x, int64_t side) {
  const int64_t height = shape(x).at(2), width = shape(x).at(3);
  if (height == side && width == side) return x;
  const Bins rows = adaptive_bins(height, side), columns = adaptive_bins(width, side);
  if (!even(rows) || !even(columns))
    return pool_axis(*this, name, pool_axis(*this, name + ".rows", x, 2, rows), 3, columns);
  const auto step = [](const Bins& bins) { return bins.begin.size() > 1 ? bins.begin[1] : 1; };
  return average_pool(
      name, x, {.kernel = {rows.end[0], columns.end[0]}, .stride = {step(rows), step(columns)}});
}

}  // namespace assay
