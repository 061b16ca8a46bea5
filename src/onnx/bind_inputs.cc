// SPDX-License-Identifier: MIT
#include "onnx/bind_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/names.h"

namespace assay {
namespace {

struct Declared {
  OnnxInput input;
  bool has_shape = false;
  std::vector<std::string> symbols;  // one for each dimension; empty where it has no name
};

// A dimension that is unset, named, or -1 (as Paddle writes it) is unknown.
int64_t declared_dimension(const onnx::TensorShapeProto::Dimension& dimension,
                           const std::string& input) {
  if (!dimension.has_dim_value() || dimension.dim_value() == -1) return -1;
  if (dimension.dim_value() <= 0 || dimension.dim_value() > kMaxElements)
    throw Error("input '{}' has a dimension of {}; every dimension is from 1 to 2^60", input,
                dimension.dim_value());
  return dimension.dim_value();
}

Declared declared(const onnx::ValueInfoProto& info) {
  if (!info.type().has_tensor_type())
    throw Error("input '{}' is no tensor, and other kinds of inputs cannot be bound", info.name());
  const auto& type = info.type().tensor_type();
  Declared result;
  result.input.name = info.name();
  result.input.dtype = dtype_from_onnx(type.elem_type());
  result.has_shape = type.has_shape();
  for (const auto& dimension : type.shape().dim()) {
    result.input.shape.push_back(declared_dimension(dimension, info.name()));
    result.symbols.push_back(dimension.dim_param());
  }
  return result;
}

std::vector<Declared> all_declared(const onnx::GraphProto& graph) {
  std::set<std::string> initialized;
  for (const auto& each : graph.initializer()) initialized.insert(each.name());
  std::vector<Declared> inputs;
  for (const auto& each : graph.input())
    if (!initialized.contains(each.name())) inputs.push_back(declared(each));
  return inputs;
}

std::string with_letters(const Declared& input) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < input.input.shape.size(); ++i) {
    const int64_t dimension = input.input.shape[i];
    const std::string letter = input.symbols[i].empty() ? "?" : input.symbols[i];
    parts.push_back(dimension >= 0 ? std::to_string(dimension) : letter);
  }
  return fmt::format("{}", fmt::join(parts, "x"));
}

// "x:1x3xHxW", with letters for what the user has to fill in.
std::string flag_example(const Declared& input) {
  if (!input.has_shape) return input.input.name + ":1x3xHxW";
  static constexpr std::string_view kLetters[] = {"N", "C", "H", "W"};
  std::vector<std::string> parts;
  for (size_t i = 0; i < input.input.shape.size(); ++i) {
    const int64_t dimension = input.input.shape[i];
    if (dimension >= 0 || i == 0)
      parts.push_back(std::to_string(std::max<int64_t>(dimension, 1)));
    else
      parts.emplace_back(i < 4 ? kLetters[i] : "D");
  }
  return fmt::format("{}:{}", input.input.name, fmt::join(parts, "x"));
}

void apply_given(Declared& input, const Shape& given) {
  Shape& shape = input.input.shape;
  for (int64_t dimension : given)
    if (dimension <= 0 || dimension > kMaxElements)
      throw Error("--input-shape gives '{}' a dimension of {}; every dimension is from 1 to 2^60",
                  input.input.name, dimension);
  bool fits = !input.has_shape || given.size() == shape.size();
  for (size_t i = 0; fits && input.has_shape && i < shape.size(); ++i)
    fits = shape[i] < 0 || shape[i] == given[i];
  if (!fits)
    throw Error("input '{}' is {} in the model, so it cannot be {}", input.input.name,
                with_letters(input), to_string(given));
  shape = given;
  input.symbols.resize(shape.size());
  input.has_shape = true;
}

void apply_batch(Declared& input, int64_t batch) {
  Shape& shape = input.input.shape;
  if (shape.empty()) return;
  if (batch > 0 && shape[0] >= 0 && shape[0] != batch)
    throw Error("input '{}' has the fixed shape {}, so its batch cannot be {}", input.input.name,
                with_letters(input), batch);
  if (shape[0] < 0) shape[0] = std::max<int64_t>(batch, 1);
}

using Symbols = std::map<std::string, int64_t>;

void learn_symbols(const Declared& input, Symbols& symbols) {
  for (size_t i = 0; i < input.symbols.size(); ++i)
    if (!input.symbols[i].empty() && input.input.shape[i] >= 0)
      symbols.emplace(input.symbols[i], input.input.shape[i]);
}

}  // namespace

std::vector<OnnxInput> declared_inputs(const onnx::GraphProto& graph) {
  std::vector<OnnxInput> inputs;
  for (Declared& each : all_declared(graph)) inputs.push_back(std::move(each.input));
  return inputs;
}

std::vector<OnnxInput> bound_inputs(const onnx::GraphProto& graph, const OnnxOptions& options) {
  std::vector<Declared> inputs = all_declared(graph);
  std::vector<std::string> names;
  for (const Declared& each : inputs) names.push_back(each.input.name);
  for (const auto& [name, shape] : options.input_shapes)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error("--input-shape: {}", unknown("input", name, names));

  Symbols symbols;  // a name stands for one size wherever it occurs
  for (Declared& each : inputs) {
    if (const auto given = options.input_shapes.find(each.input.name);
        given != options.input_shapes.end())
      apply_given(each, given->second);
    else
      apply_batch(each, options.batch);
    learn_symbols(each, symbols);
  }
  std::vector<OnnxInput> bound;
  for (Declared& each : inputs) {
    for (size_t i = 0; i < each.input.shape.size(); ++i)
      if (const auto known = symbols.find(each.symbols[i]);
          each.input.shape[i] < 0 && known != symbols.end())
        each.input.shape[i] = known->second;
    const bool open = std::count(each.input.shape.begin(), each.input.shape.end(), -1) > 0;
    if (open || !each.has_shape)
      throw Error(
          "input '{}' has the shape {} in the model; give its unknown dimensions with "
          "--input-shape {}",
          each.input.name, each.has_shape ? with_letters(each) : "unknown", flag_example(each));
    bound.push_back(std::move(each.input));
  }
  return bound;
}

}  // namespace assay
