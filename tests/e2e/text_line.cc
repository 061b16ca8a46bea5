// SPDX-License-Identifier: MIT
// Draws a line of text for the text-direction classifier of the demo and the tests: black on white,
// 48 pixels high, three equal channels scaled to [-1, 1], padded with zeros to a width of 192,
// upright and turned by 180 degrees. Usage: text_line FONT.ttf TEXT upright.npy upside_down.npy
#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "graph/npy.h"

namespace {

constexpr int kHeight = 48, kWidth = 192, kTextPixels = 34, kBaseline = 36, kMargin = 6;

struct Picture {  // 255 is white
  int width = 0;
  std::vector<unsigned char> pixels;  // kHeight rows
};

void draw(const FT_Bitmap& bitmap, int left, int top, Picture& picture) {
  for (int y = 0; y < static_cast<int>(bitmap.rows); ++y)
    for (int x = 0; x < static_cast<int>(bitmap.width); ++x) {
      const int row = top + y, column = left + x;
      if (row < 0 || row >= kHeight || column < 0 || column >= picture.width) continue;
      unsigned char& pixel = picture.pixels[static_cast<size_t>(row * picture.width + column)];
      pixel =
          std::min(pixel, static_cast<unsigned char>(255 - bitmap.buffer[y * bitmap.pitch + x]));
    }
}

Picture draw_line(const std::string& font, const std::string& text) {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  if (FT_Init_FreeType(&library) != 0 || FT_New_Face(library, font.c_str(), 0, &face) != 0 ||
      FT_Set_Pixel_Sizes(face, 0, kTextPixels) != 0)
    throw assay::Error("cannot read the font '{}'", font);
  Picture picture{kWidth, std::vector<unsigned char>(kWidth * kHeight, 255)};
  int pen = kMargin;
  for (const char c : text) {
    if (FT_Load_Char(face, static_cast<unsigned char>(c), FT_LOAD_RENDER) != 0)
      throw assay::Error("the font '{}' cannot draw '{}'", font, c);
    draw(face->glyph->bitmap, pen + face->glyph->bitmap_left, kBaseline - face->glyph->bitmap_top,
         picture);
    pen += static_cast<int>(face->glyph->advance.x >> 6);
  }
  FT_Done_Face(face);
  FT_Done_FreeType(library);
  const int used = std::min(kWidth, pen + kMargin);
  Picture cropped{used, {}};
  for (int y = 0; y < kHeight; ++y)
    cropped.pixels.insert(cropped.pixels.end(), picture.pixels.begin() + y * kWidth,
                          picture.pixels.begin() + y * kWidth + used);
  return cropped;
}

void write(const Picture& picture, const std::string& file) {
  std::vector<float> values(3 * kHeight * kWidth, 0.0f);
  for (int channel = 0; channel < 3; ++channel)
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < picture.width; ++x)
        values[static_cast<size_t>((channel * kHeight + y) * kWidth + x)] =
            static_cast<float>(picture.pixels[static_cast<size_t>(y * picture.width + x)]) /
                127.5f -
            1.0f;
  assay::write_npy(assay::make_f32({1, 3, kHeight, kWidth}, values), file);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 5) throw assay::Error("usage: text_line FONT.ttf TEXT upright.npy upside_down.npy");
  Picture picture = draw_line(argv[1], argv[2]);
  write(picture, argv[3]);
  std::reverse(picture.pixels.begin(), picture.pixels.end());
  write(picture, argv[4]);
} catch (const assay::Error& error) {
  fmt::print(stderr, "text_line: {}\n", error.what());
  return 2;
}
