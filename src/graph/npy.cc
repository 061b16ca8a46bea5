// SPDX-License-Identifier: MIT
#include "graph/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace assay {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kAlignment = 64;

constexpr std::pair<std::string_view, DType> kTypes[] = {
    {"<f4", DType::f32}, {"<f2", DType::f16}, {"<f8", DType::f64}, {"|i1", DType::i8},
    {"|u1", DType::u8},  {"<i2", DType::i16}, {"<u2", DType::u16}, {"<i4", DType::i32},
    {"<u4", DType::u32}, {"<i8", DType::i64}, {"<u8", DType::u64}, {"|b1", DType::boolean}};

// The text after `key` in the header's Python dictionary.
std::string_view after(std::string_view header, std::string_view key) {
  const size_t at = header.find(key);
  if (at == header.npos) throw Error("its header has no {}", key);
  header.remove_prefix(at + key.size());
  const size_t colon = header.find(':');
  if (colon == header.npos) throw Error("its header has no value for {}", key);
  header.remove_prefix(colon + 1);
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

DType read_type(std::string_view header) {
  const std::string_view descr = after(header, "'descr'");
  for (const auto& [name, type] : kTypes)
    if (!descr.empty() && descr.substr(1, name.size()) == name) return type;
  throw Error("its element type {} is not read; use a little-endian number type",
              descr.substr(0, descr.find(',')));
}

Shape read_shape(std::string_view header) {
  std::string_view text = after(header, "'shape'");
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == text.npos) throw Error("its shape is no tuple");
  text = text.substr(1, end - 1);
  Shape shape;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,L"), text.size()));
    if (text.empty()) return shape;
    int64_t dimension = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), dimension);
    if (error != std::errc() || dimension < 0) throw Error("its shape has a bad dimension");
    shape.push_back(dimension);
    text.remove_prefix(static_cast<size_t>(rest - text.data()));
  }
}

Tensor parse(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.size() < 12 || !text.starts_with(kMagic))
    throw Error("it does not start as .npy files do");
  const bool long_header = static_cast<unsigned char>(text[6]) >= 2;
  uint32_t header_size = 0;
  std::memcpy(&header_size, text.data() + 8, long_header ? 4 : 2);
  const size_t start = long_header ? 12 : 10;
  if (header_size > text.size() - start) throw Error("it is truncated");
  const std::string_view header = text.substr(start, header_size);
  if (after(header, "'fortran_order'").starts_with("True"))
    throw Error("it is in Fortran order; save it with numpy.ascontiguousarray");
  const Tensor wanted = declare(read_type(header), read_shape(header));
  const auto data = bytes.subspan(start + header_size);
  const auto needed = static_cast<uint64_t>(wanted.elements());
  if (needed > data.size() / size_of(wanted.dtype)) throw Error("it is truncated");
  return make_tensor(wanted.dtype, wanted.shape, data.first(wanted.byte_size()));
}

}  // namespace

Tensor parse_npy(std::span<const std::byte> bytes, const std::filesystem::path& name) {
  try {
    return parse(bytes);
  } catch (const Error& error) {
    throw Error("cannot read '{}' as .npy: {}", name.string(), error.what());
  }
}

Tensor read_npy(const std::filesystem::path& file) {
  return parse_npy(map_file(file).span(), file);
}

void write_npy(const Tensor& tensor, const std::filesystem::path& file) {
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const auto& row) { return row.second == tensor.dtype; });
  if (type == std::end(kTypes))
    throw Error("'{}' cannot be written: .npy has no {}", file.string(), name_of(tensor.dtype));
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type->first,
                  fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : "");
  const size_t unpadded = kMagic.size() + 4 + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string content(kMagic);
  content +=
      {'\1', '\0', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  content += header;
  const auto raw = tensor.raw();
  content.append(reinterpret_cast<const char*>(raw.data()), raw.size());
  write_file(file, content);
}

}  // namespace assay
