// SPDX-License-Identifier: MIT
#include "data/image.h"

#include <gmock/gmock.h>
#include <png.h>
#include <turbojpeg.h>

#include <fstream>

#include "base/error.h"
#include "base/files.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Pictures : public testing::Test {
 protected:
  std::filesystem::path png(png_uint_32 format, const std::vector<uint8_t>& bytes, int width,
                            int height) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = format;
    const auto file = x_folder.path() / "picture.png";
    EXPECT_TRUE(png_image_write_to_file(&image, file.c_str(), 0, bytes.data(), 0, nullptr));
    return file;
  }
  std::filesystem::path jpeg(const std::vector<uint8_t>& rgb, int width, int height) {
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const tjhandle compressor = tjInitCompress();
    EXPECT_EQ(tjCompress2(compressor, rgb.data(), width, 0, height, TJPF_RGB, &bytes, &size,
                          TJSAMP_444, 100, 0),
              0);
    const auto file = x_folder.path() / "picture.jpg";
    write_file(file, {reinterpret_cast<const char*>(bytes), size});
    tjFree(bytes);
    tjDestroy(compressor);
    return file;
  }
  TempDir x_folder;
};

TEST_F(Pictures, of_png_are_read_to_the_last_bit) {
  const std::vector<uint8_t> rgb{255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 4, 5, 6, 250, 251, 252};
  EXPECT_EQ(read_image(png(PNG_FORMAT_RGB, rgb, 3, 2)), (Image{3, 2, rgb}));
}

TEST_F(Pictures, of_grey_have_three_equal_channels) {
  EXPECT_EQ(read_image(png(PNG_FORMAT_GRAY, {7, 200}, 2, 1)).rgb,
            (std::vector<uint8_t>{7, 7, 7, 200, 200, 200}));
}

TEST_F(Pictures, that_are_transparent_are_drawn_on_white) {
  EXPECT_EQ(read_image(png(PNG_FORMAT_RGBA, {9, 9, 9, 0, 9, 9, 9, 255}, 2, 1)).rgb,
            (std::vector<uint8_t>{255, 255, 255, 9, 9, 9}));
}

TEST_F(Pictures, of_jpeg_are_read_with_red_first) {
  std::vector<uint8_t> rgb;
  for (int i = 0; i < 16 * 16; ++i) rgb.insert(rgb.end(), {250, 20, 90});
  const Image image = read_image(jpeg(rgb, 16, 16));
  ASSERT_EQ(image.rgb.size(), rgb.size());
  for (size_t i = 0; i < rgb.size(); ++i) EXPECT_NEAR(image.rgb[i], rgb[i], 3);
}

TEST_F(Pictures, are_told_by_their_first_bytes_and_not_by_their_name) {
  const auto file = png(PNG_FORMAT_GRAY, {7}, 1, 1);
  std::filesystem::rename(file, x_folder.path() / "really.jpg");
  EXPECT_EQ(read_image(x_folder.path() / "really.jpg").width, 1);
  EXPECT_TRUE(is_image_file("a/B.JPG"));
  EXPECT_TRUE(is_image_file("x.jpeg"));
  EXPECT_FALSE(is_image_file("x.npy"));
  EXPECT_FALSE(is_image_file("png"));
}

TEST_F(Pictures, that_are_cut_short_at_any_byte_are_refused_by_name) {
  std::vector<uint8_t> rgb;
  for (int i = 0; i < 3 * 24 * 24; ++i) rgb.push_back(static_cast<uint8_t>(i * i % 251));
  for (const auto& file : {png(PNG_FORMAT_RGB, rgb, 24, 24), jpeg(rgb, 24, 24)}) {
    const std::string whole = read_file(file);
    for (size_t size = 0; size + 16 < whole.size(); size += 7) {
      write_file(file, whole.substr(0, size));
      EXPECT_THAT([&] { read_image(file); },
                  ThrowsMessage<Error>(HasSubstr("cannot read the picture '" + file.string())))
          << size << " of " << whole.size();
    }
  }
}

TEST_F(Pictures, with_more_pixels_than_memory_are_refused_before_they_are_made) {
  std::string bytes = read_file(png(PNG_FORMAT_GRAY, {7}, 1, 1));
  bytes[16] = bytes[20] = 0x0f;  // width and height: big-endian, after signature, length and name
  write_file(x_folder.path() / "huge.png", bytes);
  EXPECT_THAT([&] { read_image(x_folder.path() / "huge.png"); },
              ThrowsMessage<Error>(HasSubstr("huge.png")));
}

TEST_F(Pictures, that_are_none_are_refused) {
  write_file(x_folder.path() / "x.png", "GIF89a");
  EXPECT_THAT([&] { read_image(x_folder.path() / "x.png"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("x.png"), HasSubstr("neither PNG nor JPEG"))));
  EXPECT_THROW(read_image(x_folder.path() / "none.png"), Error);
}

}  // namespace
}  // namespace assay
