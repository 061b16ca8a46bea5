// SPDX-License-Identifier: MIT
#include "data/preprocessing.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Image of_one_colour(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i) image.rgb.insert(image.rgb.end(), {red, green, blue});
  return image;
}

// Columns of grey: 0, 1, 2, ... times `step`.
Image ramp(int width, int height, int step) {
  Image image{width, height, {}};
  for (int i = 0; i < width * height; ++i)
    for (int channel = 0; channel < 3; ++channel)
      image.rgb.push_back(static_cast<uint8_t>(i % width * step));
  return image;
}

std::vector<float> values(const Tensor& tensor) {
  const auto span = tensor.as<float>();
  return {span.begin(), span.end()};
}

auto near(const std::vector<float>& expected, float tolerance) {
  return testing::Pointwise(testing::FloatNear(tolerance), expected);
}

std::vector<float> one_pixel(const Preprocessing& how, const Shape& shape = {1, 3, 1, 1}) {
  return values(as_input(of_one_colour(4, 4, 255, 51, 0), DType::f32, shape, how));
}

TEST(Preprocessing, scales_bytes_as_its_name_says) {
  EXPECT_THAT(one_pixel({"stretch", "unit"}), near({1, 0.2f, 0}, 1e-6f));
  EXPECT_THAT(one_pixel({"stretch", "symmetric"}), near({1, -0.6f, -1}, 1e-6f));
  EXPECT_THAT(one_pixel({"stretch", "bytes"}), ElementsAre(255, 51, 0));
  EXPECT_THAT(one_pixel({"stretch", "imagenet"}), near({2.2489f, -1.1429f, -1.8044f}, 1e-4f));
}

TEST(Preprocessing, orders_channels_and_keeps_each_colours_own_scale) {
  EXPECT_THAT(one_pixel({"stretch", "bytes", "bgr"}), ElementsAre(0, 51, 255));
  EXPECT_THAT(one_pixel({"stretch", "imagenet", "bgr"}),
              near({-1.8044f, -1.1429f, 2.2489f}, 1e-4f));
}

TEST(Preprocessing, reads_the_layout_from_the_shape) {
  const Image image = ramp(2, 1, 10);
  const Preprocessing how{"stretch", "bytes"};
  EXPECT_THAT(values(as_input(image, DType::f32, {1, 3, 1, 2}, how)),
              ElementsAre(0, 10, 0, 10, 0, 10));
  EXPECT_THAT(values(as_input(image, DType::f32, {1, 2, 2, 3}, how)),
              ElementsAre(0, 0, 0, 10, 10, 10, 0, 0, 0, 10, 10, 10));
}

TEST(Preprocessing, gives_the_same_picture_for_each_of_a_batch) {
  EXPECT_THAT(values(as_input(ramp(2, 1, 10), DType::f32, {2, 1, 2, 3}, {"stretch", "bytes"})),
              testing::SizeIs(12));
  EXPECT_THAT(one_pixel({"stretch", "bytes"}, {2, 3, 1, 1}), ElementsAre(255, 51, 0, 255, 51, 0));
}

TEST(Preprocessing, makes_grey_by_how_bright_the_colours_look) {
  EXPECT_THAT(one_pixel({"stretch", "bytes"}, {1, 1, 1, 1}),
              near({0.299f * 255 + 0.587f * 51}, 1e-3f));
}

TEST(Preprocessing, crops_the_middle_of_the_longer_side) {
  // 16 x 8 into 7 x 7: scaled by 1 (8 = 7 / 0.875), and the middle 7 of 16 columns stay.
  const auto row = values(as_input(ramp(16, 8, 10), DType::f32, {1, 1, 7, 7}, {"crop", "bytes"}));
  EXPECT_THAT(std::vector<float>(row.begin(), row.begin() + 7),
              near({40, 50, 60, 70, 80, 90, 100}, 0.01f));
}

TEST(Preprocessing, pads_on_the_right_and_below_with_zeros_after_scaling) {
  const auto padded = values(
      as_input(of_one_colour(2, 2, 255, 255, 255), DType::f32, {1, 1, 2, 4}, {"pad", "symmetric"}));
  EXPECT_THAT(padded, near({1, 1, 0, 0, 1, 1, 0, 0}, 1e-6f));
}

TEST(Preprocessing, shrinks_by_the_mean_of_what_falls_together) {
  Image stripes{8, 2, {}};  // black and white columns
  for (int i = 0; i < 16; ++i)
    for (int channel = 0; channel < 3; ++channel) stripes.rgb.push_back(i % 2 ? 255 : 0);
  const Image small = resized(stripes, 2, 1);
  for (const uint8_t value : small.rgb) EXPECT_NEAR(value, 128, 16);
}

TEST(Preprocessing, enlarges_between_the_pixels) {
  const Image large = resized(ramp(2, 1, 100), 4, 1);
  EXPECT_EQ(large.rgb[0], 0);
  EXPECT_EQ(large.rgb[3], 25);
  EXPECT_EQ(large.rgb[6], 75);
  EXPECT_EQ(large.rgb[9], 100);
}

TEST(Preprocessing, of_one_colour_stays_that_colour_at_any_size) {
  for (const int size : {1, 2, 3, 7, 50})
    for (const std::string_view fit : {"crop", "stretch"})
      for (const float value : values(as_input(of_one_colour(5, 9, 77, 77, 77), DType::f32,
                                               {1, 3, size, 3 * size}, {fit, "bytes"})))
        ASSERT_EQ(value, 77) << size << fit;
}

TEST(Preprocessing, refuses_inputs_that_are_no_pictures) {
  const Image image = ramp(2, 2, 1);
  for (const Shape& shape : {Shape{1, 1000}, Shape{1, 4, 8, 8}, Shape{3, 8, 8}, Shape{}})
    EXPECT_THAT([&] { as_input(image, DType::f32, shape, {}); },
                ThrowsMessage<Error>(HasSubstr("a picture fits an input of")));
  EXPECT_THAT(
      [&] {
        as_input(image, DType::i64, {1, 3, 8, 8}, {});
      },
      ThrowsMessage<Error>(HasSubstr("not of i64")));
  EXPECT_THROW(as_input(image, DType::u8, {1, 3, 8, 8}, {}), Error);
  EXPECT_EQ(as_input(image, DType::u8, {1, 3, 8, 8}, {"crop", "bytes"}).dtype, DType::u8);
}

}  // namespace
}  // namespace assay
