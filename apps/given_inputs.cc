// SPDX-License-Identifier: MIT
#include "given_inputs.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/names.h"
#include "data/preprocessing.h"
#include "graph/kernels/array.h"
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

Tensor filled(DType type, const Shape& shape, double value) {
  return to_tensor(type, shape,
                   std::vector<double>(static_cast<size_t>(element_count(shape)), value));
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
    return as_input(read_image(file), input_type(model, input), model.input.at(input),
                    {flags.fit, flags.scale, flags.channels});
  return file.extension() == ".pb" ? read_tensor_proto(file) : read_npy(file);
}

// What is given for each input, in order.
using Choices = std::map<std::string, std::vector<Given>>;

Choices choices_of(const InputFlags& flags, const PreparedModel& model) {
  Choices choices;
  for (const std::string& text : flags.inputs) {
    const Given given = parse(text, model);
    for (const std::string& name : given.targets) choices[name].push_back(given);
  }
  return choices;
}

size_t count_of(const Choices& choices) {
  size_t most = 1;
  for (const auto& [name, given] : choices) most = std::max(most, given.size());
  return most;
}

// "uniform" is left to the seed.
void take(const Given& given, const std::string& name, const InputFlags& flags,
          const PreparedModel& model, Tensors& tensors) {
  if (given.what == "uniform") return;
  tensors[name] = given.fill ? filled(input_type(model, name), model.input.at(name),
                                      given.what == "ones" ? 1 : 0)
                             : read(given.what, name, flags, model);
}

}  // namespace

Tensors given_inputs(const InputFlags& flags, const PreparedModel& model) {
  Tensors tensors;
  for (const auto& [name, given] : choices_of(flags, model))
    take(given.back(), name, flags, model, tensors);
  return tensors;
}

Tensors given_input_set(const InputFlags& flags, const PreparedModel& model, size_t index) {
  const Choices choices = choices_of(flags, model);
  const size_t turn = index % count_of(choices);
  Tensors tensors;
  for (const auto& [name, given] : choices)
    take(given[turn % given.size()], name, flags, model, tensors);
  return tensors;
}

std::vector<Tensors> given_input_sets(const InputFlags& flags, const PreparedModel& model) {
  std::vector<Tensors> sets(count_of(choices_of(flags, model)));
  for (size_t i = 0; i < sets.size(); ++i) sets[i] = given_input_set(flags, model, i);
  return sets;
}

bool has_picture(const InputFlags& flags) {
  return std::ranges::any_of(flags.inputs, [](const std::string& text) {
    std::error_code ignored;
    const size_t equals = text.find('=');
    const std::filesystem::path file = equals == text.npos || std::filesystem::exists(text, ignored)
                                           ? text
                                           : text.substr(equals + 1);
    return std::filesystem::is_regular_file(file, ignored) && is_image_file(file);
  });
}

}  // namespace assay
