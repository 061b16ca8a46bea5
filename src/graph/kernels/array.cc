// SPDX-License-Identifier: MIT
#include "graph/kernels/array.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "base/error.h"
#include "graph/kernels/half.h"

namespace assay {

namespace {

struct Bool {
  uint8_t bits;
};

template <typename F>
void with_storage(DType dtype, F f) {
  switch (dtype) {
    case DType::f32:
      return f(float{});
    case DType::f16:
      return f(Half{});
    case DType::bf16:
      return f(BFloat16{});
    case DType::f64:
      return f(double{});
    case DType::i8:
      return f(int8_t{});
    case DType::u8:
      return f(uint8_t{});
    case DType::i16:
      return f(int16_t{});
    case DType::u16:
      return f(uint16_t{});
    case DType::i32:
      return f(int32_t{});
    case DType::u32:
      return f(uint32_t{});
    case DType::i64:
      return f(int64_t{});
    case DType::u64:
      return f(uint64_t{});
    case DType::boolean:
      return f(Bool{});
    case DType::undefined:
      break;
  }
  throw Error("a tensor without an element type cannot be computed with");
}

// Out of range is undefined in C++ and in ONNX; here it takes the nearest integer, and NaN 0.
template <typename T>
T truncated(double value) {
  using Wide = std::conditional_t<std::is_unsigned_v<T> && sizeof(T) == 8, uint64_t, int64_t>;
  if (std::isnan(value)) return 0;
  if (value >= std::ldexp(1.0, std::numeric_limits<Wide>::digits)) {
    return static_cast<T>(std::numeric_limits<Wide>::max());
  }
  if (value < static_cast<double>(std::numeric_limits<Wide>::min())) {
    return static_cast<T>(std::numeric_limits<Wide>::min());
  }
  return static_cast<T>(static_cast<Wide>(value));
}

template <typename To, typename From>
To converted(From from) {
  if constexpr (std::is_same_v<From, Half> || std::is_same_v<From, BFloat16>) {
    return converted<To>(to_float(from));
  } else if constexpr (std::is_same_v<From, Bool>) {
    return static_cast<To>(from.bits != 0);
  } else if constexpr (std::is_same_v<To, Bool>) {
    return Bool{static_cast<uint8_t>(from != From{0})};
  } else if constexpr (std::is_same_v<To, Half>) {
    return to_half(static_cast<double>(from));
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    return to_bfloat16(static_cast<double>(from));
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    return truncated<To>(from);
  } else {
    return static_cast<To>(from);
  }
}

template <typename T>
Tensor owning(DType dtype, Shape shape, std::vector<T> values) {
  values.reserve(1);  // no values is not the same as no bytes
  auto owner = std::make_shared<std::vector<T>>(std::move(values));
  auto* first = reinterpret_cast<const std::byte*>(owner->data());
  return {dtype, std::move(shape), std::shared_ptr<const std::byte>(std::move(owner), first)};
}

}  // namespace

template <typename T>
Array<T>::Array(const Tensor& tensor) : x_tensor(tensor) {
  if (tensor.declared_only())
    throw Error("a constant of shape {} has no values", to_string(tensor.shape));
  with_storage(tensor.dtype, [&](auto storage) {
    using Storage = decltype(storage);
    const auto stored = tensor.as<Storage>();
    if constexpr (std::is_same_v<Storage, T>) {
      x_values = stored;
    } else {
      x_owned.reserve(stored.size());
      for (const Storage& element : stored) x_owned.push_back(converted<T>(element));
      x_values = x_owned;
    }
  });
}

template <typename T>
Tensor to_tensor(DType dtype, Shape shape, std::vector<T> values) {
  ASSAY_CHECK(element_count(shape) == static_cast<int64_t>(values.size()));
  Tensor result;
  with_storage(dtype, [&](auto storage) {
    using Storage = decltype(storage);
    if constexpr (std::is_same_v<Storage, T>) {
      result = owning(dtype, std::move(shape), std::move(values));
    } else {
      std::vector<Storage> stored;
      stored.reserve(values.size());
      for (const T& value : values) stored.push_back(converted<Storage>(value));
      result = owning(dtype, std::move(shape), std::move(stored));
    }
  });
  return result;
}

template class Array<float>;
template class Array<double>;
template class Array<int64_t>;
template class Array<uint64_t>;
template Tensor to_tensor(DType, Shape, std::vector<float>);
template Tensor to_tensor(DType, Shape, std::vector<double>);
template Tensor to_tensor(DType, Shape, std::vector<int64_t>);
template Tensor to_tensor(DType, Shape, std::vector<uint64_t>);

std::vector<int64_t> integers(const Tensor& tensor) {
  const Array<int64_t> values(tensor);
  return {values.data(), values.data() + values.size()};
}

double scalar(const Tensor* tensor, double otherwise) {
  if (tensor == nullptr || tensor->elements() == 0) return otherwise;
  return Array<double>(*tensor)[0];
}

}  // namespace assay
