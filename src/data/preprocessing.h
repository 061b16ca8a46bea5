// SPDX-License-Identifier: MIT
// Preprocessing turns an Image into a network's input as training did it: fitted to the input's
// height and width, values scaled, channels ordered. Networks differ in this, and a wrong choice
// gives a wrong answer without any other sign, so each part is named and nothing is guessed but the
// layout, which the input's shape says.
#pragma once

#include <array>
#include <string_view>

#include "data/image.h"
#include "graph/tensor.h"

namespace assay {

// How a picture of another size fits: `crop` scales it until its shorter side is 1/0.875 of the
// input's and takes the middle (256 for 224, as ImageNet's networks are evaluated); `stretch`
// scales both sides; `pad` keeps the aspect, puts it at the top left and leaves the rest zero.
inline constexpr std::array<std::string_view, 3> kFits{"crop", "stretch", "pad"};
// What a byte becomes: `imagenet` (x/255 - mean) / deviation with ImageNet's mean (0.485, 0.456,
// 0.406) and deviation (0.229, 0.224, 0.225) of red, green and blue; `unit` x/255; `symmetric`
// (x/255 - 0.5) / 0.5; `bytes` x itself.
inline constexpr std::array<std::string_view, 4> kScales{"imagenet", "unit", "symmetric", "bytes"};
inline constexpr std::array<std::string_view, 2> kChannelOrders{"rgb", "bgr"};

struct Preprocessing {
  std::string_view fit = "crop";  // each one of the names above
  std::string_view scale = "imagenet";
  std::string_view channels = "rgb";
};

// The input of `shape`, N x C x H x W or N x H x W x C with C 3 or 1 (grey is the mean of the
// channels as BT.601 weighs them), the same picture N times; f32, or u8 with the scale `bytes`.
// Error for another shape or type.
Tensor as_input(const Image& image, DType dtype, const Shape& shape, const Preprocessing& how);

// `width` x `height`, by a triangle filter whose support grows with the reduction, which is what
// Pillow and torchvision (antialias) call bilinear.
Image resized(const Image& image, int width, int height);

}  // namespace assay
