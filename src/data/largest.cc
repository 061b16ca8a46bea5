// SPDX-License-Identifier: MIT
#include "data/largest.h"

#include <algorithm>
#include <numeric>

namespace assay {

std::vector<size_t> largest(std::span<const double> values, size_t count) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  count = std::min(count, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](size_t a, size_t b) { return values[a] > values[b]; });
  order.resize(count);
  return order;
}

std::vector<std::vector<size_t>> largest_of_each(const Shape& shape, std::span<const double> values,
                                                 size_t count) {
  std::vector<std::vector<size_t>> found;
  if (values.empty()) return found;
  const size_t images = shape.size() > 1 ? static_cast<size_t>(shape.front()) : 1;
  const size_t each = values.size() / images;
  for (size_t i = 0; i < images; ++i)
    found.push_back(largest(values.subspan(i * each, each), count));
  return found;
}

}  // namespace assay
