// SPDX-License-Identifier: MIT
#include "given_inputs.h"

#include "base/error.h"
#include "base/names.h"
#include "graph/npy.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

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

Tensor filled(DType type, const Shape& shape, bool with_ones) {
  const Tensor wanted = declare(type, shape);
  std::vector<std::byte> bytes(wanted.byte_size());
  if (with_ones && type == DType::f32) {
    std::vector<float> ones(static_cast<size_t>(wanted.elements()), 1.0f);
    return make_f32(shape, ones);
  }
  if (with_ones && type == DType::i64) {
    std::vector<int64_t> ones(static_cast<size_t>(wanted.elements()), 1);
    return make_i64(shape, ones);
  }
  if (with_ones)
    throw Error("--input ones is for f32 and i64 inputs, and this one is {}; give a file",
                name_of(type));
  return make_tensor(type, shape, bytes);
}

}  // namespace

Tensors given_inputs(const std::vector<std::string>& texts, const PreparedModel& model) {
  const std::vector<std::string> names = input_names(model);
  Tensors tensors;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    const std::string what = equals == text.npos ? text : text.substr(equals + 1);
    const bool fill = what == "ones" || what == "zeros" || what == "uniform";
    std::vector<std::string> targets = names;
    if (equals != text.npos) {
      targets = {text.substr(0, equals)};
      if (!model.input.contains(targets.front()))
        throw Error(unknown("input", targets.front(), names));
    } else if (!fill && names.size() != 1) {
      throw Error("--input {}: the model has {} inputs, so write NAME={}", what, names.size(),
                  what);
    }
    if (what == "uniform") continue;
    for (const std::string& name : targets) {
      if (fill)
        tensors[name] = filled(type_of(name, model), model.input.at(name), what == "ones");
      else
        tensors[name] = what.ends_with(".pb") ? read_tensor_proto(what) : read_npy(what);
    }
  }
  return tensors;
}

}  // namespace assay
