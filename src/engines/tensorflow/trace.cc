// SPDX-License-Identifier: MIT
#include "engines/tensorflow/trace.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/names.h"
#include "engine/layer_macs.h"
#include "engines/tensorflow/lowering.h"
#include "messages.pb.h"

namespace assay {
namespace {

struct Output {
  TF_DataType type;
  Shape shape;
};
using OutputsByName = std::map<std::string, Output, std::less<>>;

// From a label such as "3.relu/Relu_0 = _FusedConv2D(input0, 1.conv/Const_0, ^control)".
struct Label {
  std::string kind;
  std::vector<std::string> inputs;
};

Label parse_label(const std::string& text) {
  constexpr std::string_view kEquals = " = ";
  Label label;
  const size_t equals = text.find(kEquals);
  if (equals == std::string::npos) return label;
  const size_t kind = equals + kEquals.size(), open = text.find('(', kind);
  if (open == std::string::npos) return label;
  label.kind = text.substr(kind, open - kind);
  label.inputs = split(text.substr(open + 1, text.rfind(')') - open - 1), ',');
  std::erase_if(label.inputs, [](const std::string& input) { return input.starts_with('^'); });
  for (std::string& input : label.inputs) input = input.substr(0, input.find(':'));
  return label;
}

bool is_no_layer(std::string_view kind) {
  return kind.empty() || kind == "Const" || kind == "NoOp" || kind == "VarHandleOp" ||
         kind == "ReadVariableOp";
}

// By the name of the operation that gives it.
bool is_weight(std::string_view operation) {
  return operation.find("Const") != std::string_view::npos ||
         operation.find("ReadVariableOp") != std::string_view::npos;
}

std::string precision_of(TF_DataType type) {
  if (type == TF_FLOAT) return "fp32";
  if (type == TF_HALF) return "fp16";
  if (type == TF_BFLOAT16) return "bf16";
  if (type == TF_DOUBLE) return "fp64";
  if (type == TF_INT8 || type == TF_UINT8 || type == TF_QINT8 || type == TF_QUINT8) return "int8";
  return std::string(name_of(as_ours(type)));
}

Shape nchw(Shape shape) {
  if (shape.size() > 2) std::rotate(shape.begin() + 1, shape.end() - 1, shape.end());
  return shape;
}

int64_t macs_of(const std::string& kind, const Output& data, const Output& weight,
                const Output& output) {
  if (kind.find("Conv2D") != std::string::npos || kind.find("Conv2d") != std::string::npos)
    return convolution_macs(weight.shape, nchw(output.shape));
  if (kind.find("MatMul") != std::string::npos) return product_macs(data.shape, output.shape);
  return 0;
}

// "CPU:0" of "/job:localhost/replica:0/task:0/device:CPU:0".
std::string short_name(const std::string& device) {
  constexpr std::string_view kMark = "device:";
  const size_t mark = device.find(kMark);
  return mark == std::string::npos ? device : device.substr(mark + kMark.size());
}

Output output_of(const tf::NodeExecStats& node) {
  Output result{};
  if (node.output().empty()) return result;
  const auto& tensor = node.output(0).tensor_description();
  result.type = static_cast<TF_DataType>(tensor.dtype());
  for (const auto& dim : tensor.shape().dim()) result.shape.push_back(dim.size());
  return result;
}

LayerFact layer_of(const tf::NodeExecStats& node, const Label& label, const OutputsByName& outputs,
                   std::span<const std::string> names) {
  LayerFact layer;
  layer.name = node.node_name();
  layer.op = layer.kernel = label.kind;
  const auto add_original = [&](std::string_view name) {
    const auto id = static_cast<size_t>(node_of_operation(name));
    if (id < names.size() && std::ranges::count(layer.originals, names[id]) == 0)
      layer.originals.push_back(names[id]);
  };
  std::vector<Output> inputs;
  for (const std::string& input : label.inputs) {
    const auto found = outputs.find(input);
    if (found != outputs.end()) inputs.push_back(found->second);
  }
  const Output output = output_of(node);
  layer.precision = precision_of(inputs.empty() ? output.type : inputs[0].type);
  if (inputs.size() > 1) layer.macs = macs_of(label.kind, inputs[0], inputs[1], output);
  // Other operations may share their constants with one that stands elsewhere.
  if (layer.macs > 0)
    for (const std::string& input : label.inputs)
      if (is_weight(input)) add_original(input);
  add_original(node.node_name());
  return layer;
}

}  // namespace

Facts facts_of_metadata(std::string_view run_metadata, std::span<const std::string> node_names) {
  tf::RunMetadata metadata;
  if (!metadata.ParseFromArray(run_metadata.data(), static_cast<int>(run_metadata.size())))
    throw std::runtime_error("TensorFlow's run metadata cannot be read");
  OutputsByName outputs;
  for (const auto& device : metadata.step_stats().dev_stats())
    for (const auto& node : device.node_stats()) outputs[node.node_name()] = output_of(node);
  Facts facts;
  for (const auto& device : metadata.step_stats().dev_stats())
    for (const auto& node : device.node_stats()) {
      const Label label = parse_label(node.timeline_label());
      if (is_no_layer(label.kind)) continue;
      facts.layers.push_back(layer_of(node, label, outputs, node_names));
      facts.providers[short_name(device.device())] += 1;
    }
  for (auto& [provider, nodes] : facts.providers) nodes /= static_cast<double>(facts.layers.size());
  return facts;
}

}  // namespace assay
