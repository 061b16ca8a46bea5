// SPDX-License-Identifier: MIT
// A Space is a Window of one to three spatial dimensions written as three (missing ones in front
// have size 1), so that a kernel is one loop nest.
#pragma once

#include <array>
#include <vector>

#include "graph/kernels/kernel.h"
#include "graph/window.h"

namespace assay {

struct Space {
  std::array<int64_t, 3> input{1, 1, 1}, output{1, 1, 1}, kernel{1, 1, 1};
  std::array<int64_t, 3> stride{1, 1, 1}, dilation{1, 1, 1}, pad{0, 0, 0}, pad_end{0, 0, 0};

  int64_t input_size() const { return input[0] * input[1] * input[2]; }
  int64_t output_size() const { return output[0] * output[1] * output[2]; }
  int64_t kernel_size() const { return kernel[0] * kernel[1] * kernel[2]; }
};

// `input` is N x C x spatial. Error when there are more than three spatial dimensions.
Space space_of(const Call& call, const Window& window, const Shape& input);
// N, `channels` and the window's output.
Shape window_shape(const Shape& input, int64_t channels, const Window& window);
// The window's size: attribute kernel_shape, else the weights' spatial dimensions.
std::vector<int64_t> kernel_shape(const Call& call, const Shape* weights);

}  // namespace assay
