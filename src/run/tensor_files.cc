// SPDX-License-Identifier: MIT
#include "run/tensor_files.h"

#include "base/error.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "graph/kernels/array.h"

namespace assay {
namespace {

// Multiples of 2^-8, so that they are the same numbers in every floating type, bf16 included; f32
// keeps all of its bits.
Tensor seeded(DType dtype, const Shape& shape, uint64_t key) {
  const auto count = static_cast<size_t>(element_count(shape));
  if (dtype == DType::f32) {
    std::vector<float> values(count);
    for (size_t i = 0; i < count; ++i) values[i] = (random_uniform(key, i) + 1) / 2;
    return make_f32(shape, values);
  }
  if (dtype == DType::undefined) return make_tensor(dtype, shape, {});  // the engine's to refuse
  std::vector<double> values(count);
  if (is_floating(dtype))
    for (size_t i = 0; i < count; ++i)
      values[i] = static_cast<double>(random_u64(key, i) >> 56) / 256;
  return to_tensor(dtype, shape, std::move(values));
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

DType input_type(const PreparedModel& model, const std::string& name) {
  if (!model.graph) return DType::f32;
  const auto id = model.graph->find(name);
  return id ? model.graph->value(*id).dtype : DType::f32;
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
  if (tensor.dtype == DType::undefined) return {};
  const Array<double> values(tensor);
  return {values.data(), values.data() + values.size()};
}

}  // namespace assay
