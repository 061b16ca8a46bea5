// SPDX-License-Identifier: MIT
#include "zoo/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "graph/kernels/half.h"

namespace assay {
namespace {

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit

static_assert(std::endian::native == std::endian::little);

const std::map<std::string_view, size_t>& element_bytes() {
  static const std::map<std::string_view, size_t> table{
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
      {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
      {"U32", 4},  {"F32", 4}, {"F64", 8}, {"I64", 8},     {"U64", 8}};
  return table;
}

nlohmann::json header_of(const std::string& name, std::span<const std::byte> file) {
  uint64_t length = 0;
  if (file.size() < kLengthBytes)
    throw Error("'{}' is no safetensors file: it has only {} bytes", name, file.size());
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kMaxHeaderBytes || length > file.size() - kLengthBytes)
    throw Error("'{}' is no safetensors file, or is truncated: its header would be {} bytes of {}",
                name, length, file.size());
  const char* text = reinterpret_cast<const char*>(file.data()) + kLengthBytes;
  nlohmann::json header = nlohmann::json::parse(text, text + length, nullptr, false);
  if (!header.is_object())
    throw Error("'{}' is no safetensors file: its header is no JSON object", name);
  return header;
}

// A number of the header: a count of elements or bytes.
bool is_count(const nlohmann::json& value) {
  return value.is_number_unsigned() && value.get<uint64_t>() <= uint64_t{kMaxElements};
}

bool are_counts(const nlohmann::json& values) {
  return values.is_array() && std::all_of(values.begin(), values.end(), is_count);
}

size_t count_elements(const std::string& file, const std::string& name, const Shape& shape) {
  try {
    return static_cast<size_t>(element_count(shape));
  } catch (const Error& error) {
    throw Error("'{}': tensor '{}': {}", file, name, error.what());
  }
}

StoredTensor tensor_of(const std::string& file, const std::string& name,
                       const nlohmann::json& entry, std::span<const std::byte> data) {
  const auto field = [&](const char* key) {
    return entry.is_object() && entry.contains(key) ? entry.at(key) : nlohmann::json();
  };
  const nlohmann::json type = field("dtype"), shape = field("shape"), range = field("data_offsets");
  if (!type.is_string() || !are_counts(shape) || !are_counts(range) || range.size() != 2)
    throw Error("'{}': the header's entry '{}' does not give dtype, shape and data_offsets", file,
                name);
  const auto bytes = element_bytes().find(type.get_ref<const std::string&>());
  if (bytes == element_bytes().end())
    throw Error("'{}': tensor '{}' has the unknown type '{}'", file, name,
                type.get_ref<const std::string&>());
  const auto begin = range[0].get<size_t>(), end = range[1].get<size_t>();
  if (begin > end || end > data.size())
    throw Error("'{}': tensor '{}' is at bytes {} to {}, but there are {}: the file is truncated",
                file, name, begin, end, data.size());
  StoredTensor tensor{type, shape.get<Shape>(), data.subspan(begin, end - begin)};
  const auto elements = count_elements(file, name, tensor.shape);
  if (elements > data.size() || elements * bytes->second != tensor.bytes.size())
    throw Error("'{}': tensor '{}' is {} of {}, which is not the {} bytes that it has", file, name,
                to_string(tensor.shape), bytes->first, tensor.bytes.size());
  return tensor;
}

void refuse_overlaps(const std::string& file, const std::map<std::string, StoredTensor>& tensors) {
  std::vector<const std::pair<const std::string, StoredTensor>*> order;
  for (const auto& tensor : tensors)
    if (!tensor.second.bytes.empty()) order.push_back(&tensor);
  std::ranges::sort(order, {}, [](const auto* tensor) { return tensor->second.bytes.data(); });
  for (size_t i = 1; i < order.size(); ++i) {
    const auto& before = order[i - 1]->second.bytes;
    if (before.data() + before.size() > order[i]->second.bytes.data())
      throw Error("'{}': the tensors '{}' and '{}' overlap", file, order[i - 1]->first,
                  order[i]->first);
  }
}

template <typename Stored, typename Convert>
Tensor converted(const StoredTensor& from, Convert convert) {
  auto values = std::make_shared<std::vector<float>>(from.bytes.size() / sizeof(Stored));
  for (size_t i = 0; i < values->size(); ++i) {
    Stored stored;  // the bytes need not be aligned
    std::memcpy(&stored, from.bytes.data() + i * sizeof(Stored), sizeof(Stored));
    (*values)[i] = convert(stored);
  }
  const auto* bytes = reinterpret_cast<const std::byte*>(values->data());
  return {DType::f32, from.shape, std::shared_ptr<const std::byte>(values, bytes)};
}

}  // namespace

Safetensors::Safetensors(std::string name, std::shared_ptr<const std::byte> owner, size_t size)
    : x_name(std::move(name)), x_owner(std::move(owner)) {
  const std::span<const std::byte> file(x_owner.get(), size);
  const nlohmann::json header = header_of(x_name, file);
  uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  const auto data = file.subspan(kLengthBytes + length);
  for (const auto& [key, entry] : header.items())
    if (key != "__metadata__") x_tensors.emplace(key, tensor_of(x_name, key, entry, data));
  refuse_overlaps(x_name, x_tensors);
}

Safetensors Safetensors::open(const std::filesystem::path& file) {
  const MappedFile mapped = map_file(file);
  return {file.string(), mapped.bytes, mapped.size};
}

Tensor Safetensors::f32(const std::string& tensor) const {
  const StoredTensor& from = x_tensors.at(tensor);
  const auto as_float = [](auto value) { return to_float(value); };
  if (from.type == "F16") return converted<Half>(from, as_float);
  if (from.type == "BF16") return converted<BFloat16>(from, as_float);
  if (from.type == "F64")
    return converted<double>(from, [](double value) { return static_cast<float>(value); });
  if (from.type != "F32")
    throw Error("'{}': tensor '{}' is {}; weights are F32, F16, BF16 or F64", x_name, tensor,
                from.type);
  if (reinterpret_cast<uintptr_t>(from.bytes.data()) % alignof(float) != 0)
    return converted<float>(from, [](float value) { return value; });
  return {DType::f32, from.shape, std::shared_ptr<const std::byte>(x_owner, from.bytes.data())};
}

}  // namespace assay
