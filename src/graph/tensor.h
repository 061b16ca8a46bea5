// SPDX-License-Identifier: MIT
// A Tensor is a constant array: element type, shape and shared, immutable bytes (row-major, little
// endian). Bytes may be absent: a "declared" tensor has a type and a shape but no values, which is
// how a network without weights is built and analysed at no cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class DType : uint8_t {
  undefined,
  f32,
  f16,
  bf16,
  f64,
  i8,
  u8,
  i16,
  u16,
  i32,
  u32,
  i64,
  u64,
  boolean
};

// Bytes of one element; 0 for undefined.
size_t size_of(DType type);
// "f32", "i64", ...
std::string_view name_of(DType type);
bool is_floating(DType type);
// ONNX's number of an element type (TensorProto.DataType), as attributes `to` and `dtype` hold it.
// Types that a Tensor cannot have (strings, complex numbers, 8-bit floats) are DType::undefined.
DType dtype_from_onnx(int64_t number);
int64_t onnx_number(DType type);

using Shape = std::vector<int64_t>;

// No tensor has more elements, so bytes and sums of a few counts stay within 64 bits.
inline constexpr int64_t kMaxElements = int64_t{1} << 60;

// Product of the dimensions (1 for a scalar). Error when it is over kMaxElements or a dimension is
// negative.
int64_t element_count(const Shape& shape);
// "1x3x224x224"; "scalar" for rank 0.
std::string to_string(const Shape& shape);

struct Tensor {
  DType dtype = DType::undefined;
  Shape shape;
  // Owner-aliasing pointer to element_count(shape) * size_of(dtype) bytes, or null: declared only.
  std::shared_ptr<const std::byte> bytes;

  bool declared_only() const { return bytes == nullptr; }
  int64_t elements() const { return element_count(shape); }
  size_t byte_size() const { return static_cast<size_t>(elements()) * size_of(dtype); }
  std::span<const std::byte> raw() const { return {bytes.get(), bytes ? byte_size() : 0}; }
  // The elements as T; the caller knows that T is dtype's C++ type (checked by size).
  template <typename T>
  std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.get()), bytes ? byte_size() / sizeof(T) : 0};
  }
};

// A tensor that owns a copy of the values. Error when there are not as many as the shape says.
Tensor make_tensor(DType dtype, Shape shape, std::span<const std::byte> bytes);
Tensor make_f32(Shape shape, std::span<const float> values);
Tensor make_i64(Shape shape, std::span<const int64_t> values);
// Type and shape only.
Tensor declare(DType dtype, Shape shape);

}  // namespace assay
