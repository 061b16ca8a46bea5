// SPDX-License-Identifier: MIT
#include "onnx/tensor_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "onnx/structure.h"

namespace assay {
namespace {

template <typename To, typename Field>
Tensor from_field(Tensor declared, const Field& field, const std::string& name) {
  if (field.size() != declared.elements())
    throw Error("tensor '{}' has the shape {}, but {} values", name, to_string(declared.shape),
                field.size());
  std::vector<To> values(static_cast<size_t>(field.size()));
  std::transform(field.begin(), field.end(), values.begin(),
                 [](auto value) { return static_cast<To>(value); });
  return make_tensor(declared.dtype, declared.shape, std::as_bytes(std::span(values)));
}

Tensor from_typed_fields(const onnx::TensorProto& proto, const Tensor& declared,
                         const std::string& name) {
  switch (declared.dtype) {
    case DType::f32:
      return from_field<float>(declared, proto.float_data(), name);
    case DType::f64:
      return from_field<double>(declared, proto.double_data(), name);
    case DType::i64:
      return from_field<int64_t>(declared, proto.int64_data(), name);
    case DType::u64:
      return from_field<uint64_t>(declared, proto.uint64_data(), name);
    case DType::u32:
      return from_field<uint32_t>(declared, proto.uint64_data(), name);
    case DType::i32:
      return from_field<int32_t>(declared, proto.int32_data(), name);
    case DType::i16:
    case DType::u16:
    case DType::f16:
    case DType::bf16:
      return from_field<uint16_t>(declared, proto.int32_data(), name);
    case DType::i8:
    case DType::u8:
    case DType::boolean:
      return from_field<uint8_t>(declared, proto.int32_data(), name);
    case DType::undefined:
      break;
  }
  return declared;
}

void require_size(const Tensor& declared, size_t bytes, const std::string& name) {
  if (declared.byte_size() != bytes)
    throw Error("tensor '{}' is {} {}, which is {} bytes, but {} are stored", name,
                name_of(declared.dtype), to_string(declared.shape), declared.byte_size(), bytes);
}

Tensor from_raw(onnx::TensorProto& proto, Tensor tensor, const std::string& name) {
  require_size(tensor, proto.raw_data().size(), name);
  // A short string lives inside its object, where elements may stand unaligned.
  if (proto.raw_data().size() < 64)
    return make_tensor(tensor.dtype, tensor.shape, std::as_bytes(std::span(proto.raw_data())));
  auto owner = std::make_shared<std::string>(std::move(*proto.mutable_raw_data()));
  tensor.bytes =
      std::shared_ptr<const std::byte>(owner, reinterpret_cast<const std::byte*>(owner->data()));
  return tensor;
}

uint64_t parse_count(const std::string& text, const char* key, const std::string& name) {
  uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size())
    throw Error("tensor '{}' has '{}' as the {} of its external data, which is no count of bytes",
                name, text, key);
  return value;
}

struct ExternalPlace {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
};

ExternalPlace external_place(const onnx::TensorProto& proto, const std::string& name) {
  ExternalPlace place;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") place.location = entry.value();
    if (entry.key() == "offset") place.offset = parse_count(entry.value(), "offset", name);
    if (entry.key() == "length") place.length = parse_count(entry.value(), "length", name);
  }
  return place;
}

}  // namespace

Tensor TensorReader::read(onnx::TensorProto& proto, const std::string& name) {
  Tensor tensor;
  tensor.dtype = dtype_from_onnx(proto.data_type());
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  for (int64_t dimension : tensor.shape)
    if (dimension < 0)
      throw Error("tensor '{}' has the impossible shape {}", name, to_string(tensor.shape));
  const int64_t elements = element_count(tensor.shape);
  if (tensor.dtype == DType::undefined) return tensor;
  if (x_only_structure && elements > kLargestOfStructure) return tensor;
  if (proto.has_segment())
    throw Error("tensor '{}' is stored in segments, which cannot be read", name);
  if (proto.data_location() == onnx::TensorProto::EXTERNAL)
    return read_external(proto, std::move(tensor), name);
  if (proto.has_raw_data()) return from_raw(proto, std::move(tensor), name);
  return from_typed_fields(proto, tensor, name);
}

Tensor TensorReader::read_external(const onnx::TensorProto& proto, Tensor tensor,
                                   const std::string& name) {
  const ExternalPlace place = external_place(proto, name);
  const MappedFile& file = external_file(place.location, name);
  const uint64_t bytes = tensor.byte_size();
  if (place.length) require_size(tensor, *place.length, name);
  if (place.offset > file.size || bytes > file.size - place.offset)
    throw Error("tensor '{}' takes {} bytes from byte {} of its external file '{}', which has {}",
                name, bytes, place.offset, place.location, file.size);
  if (bytes == 0) return make_tensor(tensor.dtype, tensor.shape, {});
  const std::byte* first = file.bytes.get() + place.offset;
  if (place.offset % size_of(tensor.dtype) != 0)
    return make_tensor(tensor.dtype, tensor.shape, {first, bytes});
  tensor.bytes = std::shared_ptr<const std::byte>(file.bytes, first);
  return tensor;
}

std::filesystem::path external_path(const std::filesystem::path& folder,
                                    const std::string& location, const std::string& tensor) {
  const std::filesystem::path relative(location);
  if (location.empty() || relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end())
    throw Error("tensor '{}' has its data in '{}'; only files inside the model's folder are read",
                tensor, location);
  std::error_code problem;
  const auto home = std::filesystem::canonical(folder.empty() ? "." : folder, problem);
  const auto target = std::filesystem::canonical(home / relative, problem);
  if (problem)
    throw Error("the external data file '{}' of tensor '{}' cannot be read: {}", location, tensor,
                problem.message());
  const auto inside = std::mismatch(home.begin(), home.end(), target.begin(), target.end());
  if (inside.first != home.end())
    throw Error(
        "tensor '{}' has its data in '{}', a link out of the model's folder, which is not "
        "followed",
        tensor, location);
  return target;
}

const MappedFile& TensorReader::external_file(const std::string& location,
                                              const std::string& name) {
  if (auto found = x_files.find(location); found != x_files.end()) return found->second;
  return x_files.emplace(location, map_file(external_path(x_folder, location, name))).first->second;
}

}  // namespace assay
