// SPDX-License-Identifier: MIT
#include "run/tensor_files.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"

namespace assay {
namespace {

double from_bf16(uint16_t bits) {
  return std::bit_cast<float>(uint32_t{bits} << 16);
}

// IEEE 754 binary16.
double from_f16(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) return fraction != 0 ? std::nan("") : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

template <typename T>
std::vector<double> widen(const Tensor& tensor) {
  const auto values = tensor.as<T>();
  return {values.begin(), values.end()};
}

template <typename Decode>
std::vector<double> decode(const Tensor& tensor, Decode decode_one) {
  std::vector<double> values;
  for (const uint16_t bits : tensor.as<uint16_t>()) values.push_back(decode_one(bits));
  return values;
}

// Multiples of 2^-8, so that they are the same numbers in every floating type, bf16 included.
uint32_t random_256th(uint64_t key, uint64_t index) {
  return static_cast<uint32_t>(random_u64(key, index) >> 56);
}

uint16_t f16_of_256th(uint32_t count) {
  if (count == 0) return 0;
  const int top = std::bit_width(count) - 1;  // the value is 1.xxx * 2^(top - 8)
  const uint32_t fraction = (count << (10 - top)) & 1023;
  return static_cast<uint16_t>((static_cast<uint32_t>(top - 8 + 15) << 10) | fraction);
}

template <typename T, typename Make>
void fill(std::vector<std::byte>& bytes, uint64_t key, Make make) {
  for (size_t i = 0; i < bytes.size() / sizeof(T); ++i) {
    const T value = make(random_256th(key, i));
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
}

Tensor seeded(DType dtype, const Shape& shape, uint64_t key) {
  std::vector<std::byte> bytes(static_cast<size_t>(element_count(shape)) * size_of(dtype));
  if (dtype == DType::f32) {
    // 23 random bits: fp32 keeps them all.
    for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) {
      const float value = (random_uniform(key, i) + 1) / 2;
      std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
    }
  } else if (dtype == DType::f64) {
    fill<double>(bytes, key, [](uint32_t count) { return count / 256.0; });
  } else if (dtype == DType::f16) {
    fill<uint16_t>(bytes, key, f16_of_256th);
  } else if (dtype == DType::bf16) {
    fill<uint16_t>(bytes, key, [](uint32_t count) {
      return static_cast<uint16_t>(std::bit_cast<uint32_t>(static_cast<float>(count) / 256) >> 16);
    });
  }
  return make_tensor(dtype, shape, bytes);
}

DType input_type(const PreparedModel& model, const std::string& name) {
  if (!model.graph) return DType::f32;
  const auto id = model.graph->find(name);
  return id ? model.graph->value(*id).dtype : DType::f32;
}

void check_given(const PreparedModel& model, const Tensors& given) {
  std::vector<std::string> names;
  for (const auto& [name, shape] : model.input) names.push_back(name);
  for (const auto& [name, tensor] : given) {
    const auto input = model.input.find(name);
    if (input == model.input.end()) throw Error(unknown("input of " + model.name, name, names));
    const DType type = input_type(model, name);
    if (tensor.shape != input->second || tensor.dtype != type)
      throw Error("input '{}' of {} is {} of {}, not {} of {}", name, model.name,
                  to_string(input->second), name_of(type), to_string(tensor.shape),
                  name_of(tensor.dtype));
  }
}

}  // namespace

std::vector<TensorFile> write_tensors(const Tensors& tensors, const std::filesystem::path& folder,
                                      const std::string& prefix) {
  std::vector<TensorFile> files;
  for (const auto& [name, tensor] : tensors) {
    const auto path = folder / fmt::format("{}_{}.raw", prefix, files.size());
    const auto raw = tensor.raw();
    write_file(path, {reinterpret_cast<const char*>(raw.data()), raw.size()});
    files.push_back({name, tensor.dtype, tensor.shape, path.string()});
  }
  return files;
}

Tensors read_tensors(std::span<const TensorFile> files) {
  Tensors tensors;
  for (const TensorFile& file : files) {
    const std::string bytes = read_file(file.path);
    const size_t expected = static_cast<size_t>(element_count(file.shape)) * size_of(file.dtype);
    if (bytes.size() != expected)
      throw Error("tensor '{}' is {} of {}, {} bytes, but '{}' has {}", file.name,
                  to_string(file.shape), name_of(file.dtype), expected, file.path, bytes.size());
    tensors[file.name] =
        make_tensor(file.dtype, file.shape, std::as_bytes(std::span(bytes.data(), bytes.size())));
  }
  return tensors;
}

Tensors make_inputs(const PreparedModel& model, const Tensors& given, uint64_t seed) {
  check_given(model, given);
  Tensors inputs = given;
  for (const auto& [name, shape] : model.input)
    if (!inputs.contains(name))
      inputs[name] = seeded(input_type(model, name), shape, stream_key(seed, name));
  return inputs;
}

std::vector<double> values_of(const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::f32:
      return widen<float>(tensor);
    case DType::f64:
      return widen<double>(tensor);
    case DType::f16:
      return decode(tensor, from_f16);
    case DType::bf16:
      return decode(tensor, from_bf16);
    case DType::i8:
      return widen<int8_t>(tensor);
    case DType::u8:
    case DType::boolean:
      return widen<uint8_t>(tensor);
    case DType::i16:
      return widen<int16_t>(tensor);
    case DType::u16:
      return widen<uint16_t>(tensor);
    case DType::i32:
      return widen<int32_t>(tensor);
    case DType::u32:
      return widen<uint32_t>(tensor);
    case DType::i64:
      return widen<int64_t>(tensor);
    case DType::u64:
      return widen<uint64_t>(tensor);
    case DType::undefined:
      break;
  }
  return {};
}

}  // namespace assay
