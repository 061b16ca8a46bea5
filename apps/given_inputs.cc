// SPDX-License-Identifier: MIT
#include "given_inputs.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.h"
#include "base/names.h"
#include "data/preprocessing.h"
#include "graph/npy.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

const std::vector<std::string> kFills{"ones", "zeros", "uniform"};

std::vector<std::string> input_names(const PreparedModel& model) {
  std::vector<std::string> names;
  for (const auto& [name, shape] : model.input) names.push_back(name);
  return names;
}

DType type_of(const std::string& input, const PreparedModel& model) {
  if (!model.graph) return DType::f32;
  const auto value = model.graph->find(input);
  return value ? model.graph->value(*value).dtype : DType::f32;
}

// The bits of the number 1.
uint64_t one_of_type(DType type) {
  switch (type) {
    case DType::f32:
      return std::bit_cast<uint32_t>(1.0f);
    case DType::f64:
      return std::bit_cast<uint64_t>(1.0);
    case DType::f16:
      return 0x3c00;
    case DType::bf16:
      return 0x3f80;
    default:
      return 1;
  }
}

Tensor filled(DType type, const Shape& shape, bool with_ones) {
  std::vector<std::byte> bytes(declare(type, shape).byte_size());
  const uint64_t one = one_of_type(type);
  if (with_ones && size_of(type) > 0)
    for (size_t at = 0; at < bytes.size(); at += size_of(type))
      std::memcpy(bytes.data() + at, &one, size_of(type));  // little-endian
  return make_tensor(type, shape, bytes);
}

struct Given {
  std::vector<std::string> targets;  // names of inputs
  std::string what;
  bool fill = false;
};

Given parse(const std::string& text, const PreparedModel& model) {
  const std::vector<std::string> names = input_names(model);
  std::error_code ignored;
  const size_t equals = std::filesystem::exists(text, ignored) ? text.npos : text.find('=');
  Given given{names, equals == text.npos ? text : text.substr(equals + 1)};
  given.fill = std::ranges::find(kFills, given.what) != kFills.end();
  if (given.what.empty())
    throw Error("--input '{}' says nothing; write [NAME=]FILE or one of ones, zeros, uniform",
                text);
  if (equals != text.npos) {
    given.targets = {text.substr(0, equals)};
    if (!model.input.contains(given.targets.front()))
      throw Error(unknown("input", given.targets.front(), names));
  } else if (!given.fill && names.size() != 1) {
    throw Error("--input {}: the model has {} inputs, so write NAME={}", text, names.size(), text);
  }
  return given;
}

Tensor read(const std::string& what, const std::string& input, const InputFlags& flags,
            const PreparedModel& model) {
  const std::filesystem::path file(what);
  std::error_code ignored;
  if (!file.has_extension() && !std::filesystem::exists(file, ignored))
    throw Error("--input {}: there is no such file{}", what, suggestion(what, kFills));
  if (is_image_file(file))
    return as_input(read_image(file), type_of(input, model), model.input.at(input),
                    {flags.fit, flags.scale, flags.channels});
  return file.extension() == ".pb" ? read_tensor_proto(file) : read_npy(file);
}

}  // namespace

Tensors given_inputs(const InputFlags& flags, const PreparedModel& model) {
  Tensors tensors;
  for (const std::string& text : flags.inputs) {
    const Given given = parse(text, model);
    for (const std::string& name : given.targets) {
      if (given.what == "uniform")
        tensors.erase(name);
      else
        tensors[name] =
            given.fill ? filled(type_of(name, model), model.input.at(name), given.what == "ones")
                       : read(given.what, name, flags, model);
    }
  }
  return tensors;
}

}  // namespace assay
