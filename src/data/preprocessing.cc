// SPDX-License-Identifier: MIT
#include "data/preprocessing.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace assay {
namespace {

constexpr double kCropShare = 0.875;  // 224 of 256
constexpr std::array<double, 3> kMean{0.485, 0.456, 0.406};
constexpr std::array<double, 3> kDeviation{0.229, 0.224, 0.225};
constexpr std::array<double, 3> kGrey{0.299, 0.587, 0.114};  // ITU-R BT.601

// Where the parts of an input's shape are.
struct Layout {
  int64_t count = 0, channels = 0, height = 0, width = 0;
  bool channels_last = false;
};

Layout layout_of(const Shape& shape) {
  if (shape.size() == 4 && (shape[1] == 3 || shape[1] == 1))
    return {shape[0], shape[1], shape[2], shape[3], false};
  if (shape.size() == 4 && (shape[3] == 3 || shape[3] == 1))
    return {shape[0], shape[3], shape[1], shape[2], true};
  throw Error("a picture fits an input of Nx3xHxW, Nx1xHxW, NxHxWx3 or NxHxWx1, not of {}",
              to_string(shape));
}

// One row of weights for each place of the result: of `weights.size()` places from `first` on.
struct Taps {
  int first = 0;
  std::vector<double> weights;
};

std::vector<Taps> taps(int from, int to) {
  const double scale = static_cast<double>(from) / to, support = std::max(1.0, scale);
  std::vector<Taps> rows;
  for (int place = 0; place < to; ++place) {
    const double centre = (place + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(centre - support + 0.5));
    const int end = std::min(from, static_cast<int>(centre + support + 0.5));
    Taps row{first, {}};
    double sum = 0;
    for (int i = first; i < end; ++i) {
      row.weights.push_back(std::max(0.0, 1 - std::abs((i + 0.5 - centre) / support)));
      sum += row.weights.back();
    }
    for (double& weight : row.weights) weight /= sum;
    rows.push_back(std::move(row));
  }
  return rows;
}

uint8_t rounded(double value) {
  return static_cast<uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

Image resized_in_x(const Image& image, int width) {
  Image result{width, image.height, {}};
  const std::vector<Taps> rows = taps(image.width, width);
  result.rgb.reserve(size_t{3} * static_cast<size_t>(width) * static_cast<size_t>(image.height));
  for (int y = 0; y < image.height; ++y)
    for (const Taps& row : rows)
      for (int channel = 0; channel < 3; ++channel) {
        const uint8_t* at =
            &image.rgb[3 * (static_cast<size_t>(y) * static_cast<size_t>(image.width) +
                            static_cast<size_t>(row.first))] +
            channel;
        double sum = 0;
        for (const double weight : row.weights) {
          sum += weight * *at;
          at += 3;
        }
        result.rgb.push_back(rounded(sum));
      }
  return result;
}

Image transposed(const Image& image) {
  Image result{image.height, image.width, std::vector<uint8_t>(image.rgb.size())};
  const auto width = static_cast<size_t>(image.width), height = static_cast<size_t>(image.height);
  for (size_t y = 0; y < height; ++y)
    for (size_t x = 0; x < width; ++x)
      std::copy_n(&image.rgb[3 * (y * width + x)], 3, &result.rgb[3 * (x * height + y)]);
  return result;
}

int at_least_one(double size) {
  return std::max(1, static_cast<int>(std::lround(size)));
}

// The picture scaled, and where its left upper corner comes to lie in the input: negative where
// the picture is cut.
struct Placed {
  Image image;
  int left = 0, top = 0;
};

Placed place(const Image& image, int width, int height, std::string_view fit) {
  if (fit == "stretch") return {resized(image, width, height)};
  const double x = static_cast<double>(width) / image.width,
               y = static_cast<double>(height) / image.height;
  const double scale = fit == "pad" ? std::min(x, y) : std::max(x, y) / kCropShare;
  Placed placed{
      resized(image, at_least_one(image.width * scale), at_least_one(image.height * scale))};
  if (fit == "pad") return placed;
  placed.left = (width - placed.image.width) / 2;
  placed.top = (height - placed.image.height) / 2;
  return placed;
}

double scaled(double byte, size_t channel, std::string_view scale) {
  if (scale == "imagenet") return (byte / 255 - kMean[channel]) / kDeviation[channel];
  if (scale == "unit") return byte / 255;
  if (scale == "symmetric") return (byte / 255 - 0.5) / 0.5;
  return byte;
}

// Of one pixel, channel `channel` of the input.
double value_of(const uint8_t* rgb, int64_t channel, int64_t channels, const Preprocessing& how) {
  if (channels == 3) {
    const auto colour = static_cast<size_t>(how.channels == "bgr" ? 2 - channel : channel);
    return scaled(rgb[colour], colour, how.scale);
  }
  double grey = 0;
  for (size_t colour = 0; colour < 3; ++colour)
    grey += kGrey[colour] * scaled(rgb[colour], colour, how.scale);
  return grey;
}

std::vector<double> values_of(const Placed& placed, const Layout& layout,
                              const Preprocessing& how) {
  std::vector<double> values(static_cast<size_t>(layout.channels * layout.height * layout.width));
  const Image& image = placed.image;
  for (int64_t y = 0; y < layout.height; ++y)
    for (int64_t x = 0; x < layout.width; ++x) {
      const int64_t row = y - placed.top, column = x - placed.left;
      if (row < 0 || row >= image.height || column < 0 || column >= image.width) continue;
      const uint8_t* pixel = &image.rgb[static_cast<size_t>(3 * (row * image.width + column))];
      for (int64_t channel = 0; channel < layout.channels; ++channel) {
        const int64_t at = layout.channels_last ? (y * layout.width + x) * layout.channels + channel
                                                : (channel * layout.height + y) * layout.width + x;
        values[static_cast<size_t>(at)] = value_of(pixel, channel, layout.channels, how);
      }
    }
  return values;
}

template <typename T>
Tensor repeated(DType dtype, const Shape& shape, const std::vector<double>& once, int64_t count) {
  std::vector<T> values;
  values.reserve(once.size() * static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    for (const double value : once)
      values.push_back(static_cast<T>(sizeof(T) == 1 ? std::lround(value) : value));
  return make_tensor(dtype, shape, std::as_bytes(std::span(values)));
}

}  // namespace

Image resized(const Image& image, int width, int height) {
  ASSAY_CHECK(width > 0 && height > 0 && image.width > 0 && image.height > 0);
  Image result = image.width == width ? image : resized_in_x(image, width);
  return result.height == height ? result : transposed(resized_in_x(transposed(result), height));
}

Tensor as_input(const Image& image, DType dtype, const Shape& shape, const Preprocessing& how) {
  const Layout layout = layout_of(shape);
  if (dtype != DType::f32 && !(dtype == DType::u8 && how.scale == "bytes"))
    throw Error("a picture becomes an input of f32, or of u8 as bytes, not of {} as {}",
                name_of(dtype), how.scale);
  const Placed placed =
      place(image, static_cast<int>(layout.width), static_cast<int>(layout.height), how.fit);
  const std::vector<double> values = values_of(placed, layout, how);
  return dtype == DType::u8 ? repeated<uint8_t>(dtype, shape, values, layout.count)
                            : repeated<float>(dtype, shape, values, layout.count);
}

}  // namespace assay
