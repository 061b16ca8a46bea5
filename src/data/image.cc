// SPDX-License-Identifier: MIT
#include "data/image.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/files.h"

namespace assay {
namespace {

constexpr unsigned char kPngStart[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr unsigned char kJpegStart[] = {0xff, 0xd8, 0xff};

template <size_t N>
bool starts_with(std::span<const std::byte> bytes, const unsigned char (&start)[N]) {
  return bytes.size() >= N && std::memcmp(bytes.data(), start, N) == 0;
}

Image blank(int64_t width, int64_t height) {
  if (width < 1 || height < 1 || width > kMaxPixels / height)
    throw Error("it is {}x{} pixels; from 1 to {} million can be read", width, height,
                kMaxPixels / 1'000'000);
  Image image{static_cast<int>(width), static_cast<int>(height), {}};
  image.rgb.resize(static_cast<size_t>(3 * width * height));
  return image;
}

Image decode_png(std::span<const std::byte> bytes) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> release(&png, png_image_free);
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()))
    throw Error("libpng says: {}", png.message);
  Image image = blank(png.width, png.height);
  png.format = PNG_FORMAT_RGB;
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&png, &white, image.rgb.data(), 0, nullptr))
    throw Error("libpng says: {}", png.message);
  return image;
}

Image decode_jpeg(std::span<const std::byte> bytes) {
  const std::unique_ptr<void, decltype(&tjDestroy)> jpeg(tjInitDecompress(), tjDestroy);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(jpeg.get(), data, bytes.size(), &width, &height, &subsampling,
                          &colours) != 0)
    throw Error("libjpeg says: {}", tjGetErrorStr2(jpeg.get()));
  Image image = blank(width, height);
  if (tjDecompress2(jpeg.get(), data, bytes.size(), image.rgb.data(), width, 0, height, TJPF_RGB,
                    TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING) != 0)
    throw Error("libjpeg says: {}", tjGetErrorStr2(jpeg.get()));
  return image;
}

Image decode(std::span<const std::byte> bytes) {
  if (starts_with(bytes, kPngStart)) return decode_png(bytes);
  if (starts_with(bytes, kJpegStart)) return decode_jpeg(bytes);
  throw Error("it starts as neither PNG nor JPEG does");
}

}  // namespace

bool is_image_file(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

Image decode_image(std::span<const std::byte> bytes, const std::filesystem::path& name) {
  try {
    return decode(bytes);
  } catch (const Error& error) {
    throw Error("cannot read the picture '{}': {}", name.string(), error.what());
  }
}

Image read_image(const std::filesystem::path& file) {
  return decode_image(map_file(file).span(), file);
}

}  // namespace assay
