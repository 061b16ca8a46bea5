// SPDX-License-Identifier: MIT
#include "graph/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstring>

#include "base/error.h"

namespace assay {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t size;
  int64_t onnx_number;
};

constexpr std::array<DTypeInfo, 14> kDTypes = {{{"undefined", 0, 0},
                                                {"f32", 4, 1},
                                                {"f16", 2, 10},
                                                {"bf16", 2, 16},
                                                {"f64", 8, 11},
                                                {"i8", 1, 3},
                                                {"u8", 1, 2},
                                                {"i16", 2, 5},
                                                {"u16", 2, 4},
                                                {"i32", 4, 6},
                                                {"u32", 4, 12},
                                                {"i64", 8, 7},
                                                {"u64", 8, 13},
                                                {"bool", 1, 9}}};

}  // namespace

size_t size_of(DType type) {
  return kDTypes[static_cast<size_t>(type)].size;
}

std::string_view name_of(DType type) {
  return kDTypes[static_cast<size_t>(type)].name;
}

bool is_floating(DType type) {
  return type == DType::f32 || type == DType::f16 || type == DType::bf16 || type == DType::f64;
}

DType dtype_from_onnx(int64_t number) {
  for (size_t i = 1; i < kDTypes.size(); ++i)
    if (kDTypes[i].onnx_number == number) return static_cast<DType>(i);
  return DType::undefined;
}

int64_t onnx_number(DType type) {
  return kDTypes[static_cast<size_t>(type)].onnx_number;
}

int64_t element_count(const Shape& shape) {
  int64_t count = 1;
  bool empty = false, overflow = false;
  for (int64_t dimension : shape) {
    if (dimension < 0) throw Error("the shape {} has a negative dimension", to_string(shape));
    if (dimension == 0) empty = true;
    if (__builtin_mul_overflow(count, dimension == 0 ? 1 : dimension, &count) ||
        count > kMaxElements)
      overflow = true, count = 1;
  }
  if (overflow) throw Error("the shape {} has more elements than can be counted", to_string(shape));
  return empty ? 0 : count;
}

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

Tensor make_tensor(DType dtype, Shape shape, std::span<const std::byte> bytes) {
  Tensor tensor = declare(dtype, std::move(shape));
  if (tensor.byte_size() != bytes.size())
    throw Error("a {} tensor of shape {} has {} bytes, not {}", name_of(dtype),
                to_string(tensor.shape), tensor.byte_size(), bytes.size());
  auto owner = std::make_shared_for_overwrite<std::byte[]>(std::max<size_t>(bytes.size(), 1));
  if (!bytes.empty()) std::memcpy(owner.get(), bytes.data(), bytes.size());
  tensor.bytes = std::shared_ptr<const std::byte>(owner, owner.get());
  return tensor;
}

Tensor make_f32(Shape shape, std::span<const float> values) {
  return make_tensor(DType::f32, std::move(shape), std::as_bytes(values));
}

Tensor make_i64(Shape shape, std::span<const int64_t> values) {
  return make_tensor(DType::i64, std::move(shape), std::as_bytes(values));
}

Tensor declare(DType dtype, Shape shape) {
  element_count(shape);
  Tensor tensor;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  return tensor;
}

}  // namespace assay
