// SPDX-License-Identifier: MIT
#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay {
namespace {

struct CodePoint {
  char32_t value = 0xFFFD;
  size_t bytes = 1;
  bool valid = false;
};

// The first code point of a text that is not empty. Overlong forms and surrogates are invalid.
CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t value = lead & (0x7Fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte & 0x3Fu);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, bytes, true};
}

struct Range {
  char32_t first, last;
};

template <size_t N>
bool within(char32_t value, const std::array<Range, N>& ranges) {
  return std::ranges::any_of(ranges, [=](Range r) { return value >= r.first && value <= r.last; });
}

// Controls, and what reorders or hides text: https://www.unicode.org/reports/tr9/, section 2.
constexpr std::array<Range, 6> kUnsafe = {{{0x00, 0x1F},
                                           {0x7F, 0x9F},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 3> kCombining = {{{0x300, 0x36F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
// The large wide blocks of https://www.unicode.org/reports/tr11/.
constexpr std::array<Range, 8> kWide = {{{0x1100, 0x115F},
                                         {0x2E80, 0x303E},
                                         {0x3041, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

int width_of(char32_t value) {
  if (within(value, kCombining)) return 0;
  return within(value, kWide) ? 2 : 1;
}

std::string escaped(char32_t value) {
  switch (value) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  return value < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(value))
                       : fmt::format("\\u{:04x}", static_cast<unsigned>(value));
}

}  // namespace

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  if (value == 0) return "0";
  // Rounding may carry into one more digit (9.9996 -> 10.00), so the exponent is that of the
  // rounded number.
  const std::string scientific = fmt::format("{:.{}e}", value, digits - 1);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  return fmt::format("{:.{}f}", value, std::max(0, digits - 1 - exponent));
}

std::string range(double low, double high) {
  int digits = 4;
  while (digits < 7 && significant(low, digits) == significant(high, digits)) ++digits;
  if (digits == 7) return significant(low);
  return significant(low, digits) + " to " + significant(high, digits);
}

std::string si_count(double value) {
  constexpr std::array<const char*, 5> kPrefixes = {"", " k", " M", " G", " T"};
  size_t step = 0;
  while (std::abs(value) >= 999.5 && step + 1 < kPrefixes.size()) {
    value /= 1000;
    ++step;
  }
  return (step == 0 ? fmt::format("{:.0f}", value) : significant(value, 3)) + kPrefixes[step];
}

std::string megabytes(int64_t bytes) {
  return significant(static_cast<double>(bytes) / 1e6, 3);
}

std::string single_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) {
      line += "\uFFFD";
    } else if (within(next.value, kUnsafe)) {
      line += escaped(next.value);
    } else {
      line += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return line;
}

int display_width(std::string_view line) {
  int width = 0;
  while (!line.empty()) {
    const CodePoint next = first_code_point(line);
    width += width_of(next.value);
    line.remove_prefix(next.bytes);
  }
  return width;
}

std::string cut(std::string_view line, int width) {
  if (display_width(line) <= width) return std::string(line);
  std::string_view rest = line;
  int used = 0;
  while (!rest.empty()) {
    const CodePoint next = first_code_point(rest);
    if (used + width_of(next.value) > width - 1) break;
    used += width_of(next.value);
    rest.remove_prefix(next.bytes);
  }
  return std::string(line.substr(0, line.size() - rest.size())) + (width > 0 ? "…" : "");
}

std::string pad_left(std::string_view line, int width) {
  return std::string(static_cast<size_t>(std::max(0, width - display_width(line))), ' ') +
         std::string(line);
}

std::string pad_right(std::string_view line, int width) {
  return std::string(line) +
         std::string(static_cast<size_t>(std::max(0, width - display_width(line))), ' ');
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string model_label(std::string_view model) {
  constexpr std::string_view kSuffix = ".onnx";
  const size_t slash = model.rfind('/');
  const bool is_path = model.ends_with(kSuffix) && slash != std::string_view::npos;
  return std::string(is_path ? model.substr(slash + 1) : model);
}

}  // namespace assay
