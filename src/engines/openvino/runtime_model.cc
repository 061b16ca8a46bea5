// SPDX-License-Identifier: MIT
#include "engines/openvino/runtime_model.h"

#include "base/names.h"
#include "engine/layer_macs.h"

namespace assay {
namespace {

std::string precision_of(const std::string& type) {
  if (type == "f32") return "fp32";
  if (type == "f16") return "fp16";
  if (type == "u8" || type == "i8") return "int8";
  return type;  // "bf16", "i32"
}

Shape shape_of(const ov::PartialShape& shape) {
  if (shape.is_dynamic()) return {};
  const ov::Shape sizes = shape.to_shape();
  return {sizes.begin(), sizes.end()};
}

int64_t macs_of(const std::string& kind, const ov::Node& node) {
  if (node.get_input_size() < 2) return 0;
  const Shape data = shape_of(node.get_input_partial_shape(0));
  const Shape weight = shape_of(node.get_input_partial_shape(1));
  const Shape output = shape_of(node.get_output_partial_shape(0));
  if (data.empty() || weight.empty() || output.empty()) return 0;
  if (kind == "Convolution") return convolution_macs(weight, output);
  if (kind == "Deconvolution") return convolution_macs(weight, data);
  if (kind == "FullyConnected" || kind == "MatMul") return product_macs(data, output);
  return 0;
}

}  // namespace

Facts facts_of_runtime_model(const ov::Model& model) {
  Facts facts;
  for (const auto& node : model.get_ordered_ops()) {
    const ov::RTMap& info = node->get_rt_info();
    const auto text = [&](const char* key) {
      const auto it = info.find(key);
      return it == info.end() ? std::string() : it->second.as<std::string>();
    };
    const std::string kind = text("layerType");
    if (kind == "Const" || kind == "Input" || kind == "Output") continue;
    facts.layers.push_back({.name = node->get_friendly_name(),
                            .op = kind,
                            .precision = precision_of(text("runtimePrecision")),
                            .kernel = text("primitiveType"),
                            .originals = split(text("originalLayersNames"), ','),
                            .macs = macs_of(kind, *node)});
  }
  facts.providers["CPU"] = 1;
  return facts;
}

}  // namespace assay
