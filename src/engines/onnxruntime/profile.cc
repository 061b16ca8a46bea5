// SPDX-License-Identifier: MIT
#include "engines/onnxruntime/profile.h"

#include <nlohmann/json.hpp>

#include "engine/layer_macs.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr std::string_view kKernel = "_kernel_time";  // suffix of a node's event
constexpr std::string_view kLayout = "_nchwc";  // suffix of a node in ONNX Runtime's own layout

struct TypeShape {
  std::string type;  // "float"
  Shape shape;
};

// The profile has a list of maps with one entry each: {"float": [1, 3, 224, 224]}.
std::vector<TypeShape> type_shapes(const json& list) {
  std::vector<TypeShape> result;
  for (const json& entry : list)
    for (const auto& [type, shape] : entry.items()) result.push_back({type, shape});
  return result;
}

std::string precision_of(const std::string& type) {
  if (type == "float") return "fp32";
  if (type == "float16") return "fp16";
  if (type == "bfloat16") return "bf16";
  if (type == "int8" || type == "uint8") return "int8";
  if (type == "double") return "fp64";
  return type;
}

// An integer operand makes the operator an integer one: scales and zero points ride along as
// floats.
std::string precision_of(const std::vector<TypeShape>& inputs) {
  for (const TypeShape& input : inputs)
    if (precision_of(input.type) == "int8") return "int8";
  return inputs.empty() ? "" : precision_of(inputs.front().type);
}

int64_t macs_of(const std::string& op, const std::vector<TypeShape>& inputs,
                const std::vector<TypeShape>& outputs) {
  if (inputs.size() < 2 || outputs.empty()) return 0;
  const Shape& data = inputs[0].shape;
  const Shape& output = outputs[0].shape;
  if (op.find("Conv") != std::string::npos) {
    // A weight has at least three dimensions; in the quantized forms scales stand before it. What
    // it sums over, for each value of the output or (transposed) of the data, whose channels may be
    // the last: the optimizer gives quantized convolutions that layout.
    for (size_t i = 1; i < inputs.size(); ++i)
      if (const Shape& weight = inputs[i].shape; weight.size() >= 3 && weight[0] > 0)
        return element_count(weight) / weight[0] *
               element_count(op == "ConvTranspose" ? data : output);
  }
  if (op.find("Gemm") != std::string::npos && !output.empty() && output[0] > 0)
    return product_macs({element_count(data) / output[0]}, output);  // data may be transposed
  if (op.find("MatMul") != std::string::npos) return product_macs(data, output);
  return 0;
}

std::string original_name(std::string name) {
  if (name.ends_with(kLayout)) name.resize(name.size() - kLayout.size());
  return name;
}

}  // namespace

Facts facts_of_profile(std::string_view profile_json) {
  Facts facts;
  for (const json& event : json::parse(profile_json)) {
    std::string name = event.value("name", "");
    if (event.value("cat", "") != "Node" || !name.ends_with(kKernel)) continue;
    name.resize(name.size() - kKernel.size());
    const json& args = event.at("args");
    const std::string op = args.value("op_name", "");
    const std::string provider = args.value("provider", "");
    const auto inputs = type_shapes(args.value("input_type_shape", json::array()));
    const auto outputs = type_shapes(args.value("output_type_shape", json::array()));
    facts.layers.push_back({.name = name,
                            .op = op,
                            .precision = precision_of(inputs.empty() ? outputs : inputs),
                            .kernel = provider,
                            .originals = {original_name(name)},
                            .macs = macs_of(op, inputs, outputs)});
    facts.providers[provider] += 1;
  }
  for (auto& [provider, nodes] : facts.providers) nodes /= static_cast<double>(facts.layers.size());
  return facts;
}

}  // namespace assay
