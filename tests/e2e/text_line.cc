// SPDX-License-Identifier: MIT
// Draws text for the three networks of the demo and the tests that read it, black on white: a line
// 48 pixels high and at most 192 wide, upright and turned by 180 degrees, and a page of 736 x 736.
// Usage: text_line FONT.ttf TEXT upright.png upside_down.png page.png
#include <fmt/format.h>
#include <ft2build.h>
#include <png.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"

namespace {

constexpr int kHeight = 48, kWidth = 192, kTextPixels = 34, kBaseline = 36, kMargin = 6;
constexpr int kPageSide = 736, kLinePitch = 58, kLines = 12;

struct Picture {  // grey; 255 is white
  Picture(int width_, int height_)
      : width(width_), height(height_), pixels(static_cast<size_t>(width_ * height_), 255) {}
  int width, height;
  std::vector<unsigned char> pixels;
};

void draw(const FT_Bitmap& bitmap, int left, int top, Picture& picture) {
  for (int y = 0; y < static_cast<int>(bitmap.rows); ++y)
    for (int x = 0; x < static_cast<int>(bitmap.width); ++x) {
      const int row = top + y, column = left + x;
      if (row < 0 || row >= picture.height || column < 0 || column >= picture.width) continue;
      unsigned char& pixel = picture.pixels[static_cast<size_t>(row * picture.width + column)];
      pixel =
          std::min(pixel, static_cast<unsigned char>(255 - bitmap.buffer[y * bitmap.pitch + x]));
    }
}

class Font {
 public:
  explicit Font(const std::string& file) {
    if (FT_Init_FreeType(&x_library) != 0 ||
        FT_New_Face(x_library, file.c_str(), 0, &x_face) != 0 ||
        FT_Set_Pixel_Sizes(x_face, 0, kTextPixels) != 0)
      throw assay::Error("cannot read the font '{}'", file);
  }
  ~Font() {
    FT_Done_Face(x_face);
    FT_Done_FreeType(x_library);
  }
  Font(const Font&) = delete;

  // From `left` on; where the text ends.
  int write(const std::string& text, int left, int baseline, Picture& picture) const {
    for (const char c : text) {
      if (FT_Load_Char(x_face, static_cast<unsigned char>(c), FT_LOAD_RENDER) != 0)
        throw assay::Error("the font cannot draw '{}'", c);
      const FT_GlyphSlot glyph = x_face->glyph;
      draw(glyph->bitmap, left + glyph->bitmap_left, baseline - glyph->bitmap_top, picture);
      left += static_cast<int>(glyph->advance.x >> 6);
    }
    return left;
  }

 private:
  FT_Library x_library = nullptr;
  FT_Face x_face = nullptr;
};

Picture line_of(const std::string& text, const Font& font) {
  Picture whole(kWidth, kHeight);
  const int used = std::min(kWidth, font.write(text, kMargin, kBaseline, whole) + kMargin);
  Picture cropped(used, kHeight);
  for (int y = 0; y < kHeight; ++y)
    std::copy_n(whole.pixels.begin() + y * kWidth, used, cropped.pixels.begin() + y * used);
  return cropped;
}

Picture page_of(const std::string& text, const Font& font) {
  Picture page(kPageSide, kPageSide);
  for (int line = 0; line < kLines; ++line)
    font.write(fmt::format("{} {} {}", line, text, text), 40 + 10 * line, (line + 1) * kLinePitch,
               page);
  return page;
}

void write(const Picture& picture, const char* file) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(picture.width);
  png.height = static_cast<png_uint_32>(picture.height);
  png.format = PNG_FORMAT_GRAY;
  if (!png_image_write_to_file(&png, file, 0, picture.pixels.data(), 0, nullptr))
    throw assay::Error("cannot write '{}': {}", file, png.message);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 6)
    throw assay::Error("usage: text_line FONT.ttf TEXT upright.png upside_down.png page.png");
  const Font font(argv[1]);
  Picture line = line_of(argv[2], font);
  write(line, argv[3]);
  std::reverse(line.pixels.begin(), line.pixels.end());
  write(line, argv[4]);
  write(page_of(argv[2], font), argv[5]);
} catch (const assay::Error& error) {
  fmt::print(stderr, "text_line: {}\n", error.what());
  return 2;
}
