// SPDX-License-Identifier: MIT
#include "graph/kernels/space.h"

namespace assay {

Space space_of(const Call& call, const Window& window, const Shape& input) {
  const size_t rank = window.output.size();
  call.require(rank <= 3, "the executor computes up to three spatial dimensions");
  Space space;
  for (size_t i = 0; i < rank; ++i) {
    const size_t d = 3 - rank + i;
    space.input[d] = input[i + 2];
    space.output[d] = window.output[i];
    space.kernel[d] = window.kernel[i];
    space.stride[d] = window.strides[i];
    space.dilation[d] = window.dilations[i];
    space.pad[d] = window.pads_begin[i];
    space.pad_end[d] = window.pads_end[i];
  }
  return space;
}

Shape window_shape(const Shape& input, int64_t channels, const Window& window) {
  Shape shape{input[0], channels};
  shape.insert(shape.end(), window.output.begin(), window.output.end());
  return shape;
}

std::vector<int64_t> kernel_shape(const Call& call, const Shape* weights) {
  if (weights == nullptr) return call.node.attribute("kernel_shape", std::vector<int64_t>{});
  call.require(weights->size() >= 3, "its weights have no spatial dimensions");
  return {weights->begin() + 2, weights->end()};
}

}  // namespace assay
