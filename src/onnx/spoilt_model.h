// SPDX-License-Identifier: MIT
// For tests: a small ONNX model to be spoilt, and what reading it says.
#pragma once

#include <filesystem>
#include <string>

#include "base/error_of.h"
#include "onnx.pb.h"
#include "onnx/onnx.h"

namespace assay {

// A model y = Relu(x), x of 1 x 4, to be spoilt.
inline onnx::ModelProto small_model() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(17);
  auto& graph = *model.mutable_graph();
  graph.set_name("small");
  for (auto* info : {graph.add_input(), graph.add_output()}) {
    auto* type = info->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (int64_t dimension : {1, 4}) type->mutable_shape()->add_dim()->set_dim_value(dimension);
  }
  graph.mutable_input(0)->set_name("x");
  graph.mutable_output(0)->set_name("y");
  auto& node = *graph.add_node();
  node.set_op_type("Relu");
  node.set_name("act");
  node.add_input("x");
  node.add_output("y");
  return model;
}

inline onnx::NodeProto& add_node(onnx::ModelProto& model, const char* name,
                                 const std::string& input, const std::string& output) {
  auto& node = *model.mutable_graph()->add_node();
  node.set_op_type("Relu");
  node.set_name(name);
  node.add_input(input);
  node.add_output(output);
  return node;
}

inline onnx::TensorProto& add_weight(onnx::ModelProto& model, const Shape& shape, size_t bytes) {
  auto& weight = *model.mutable_graph()->add_initializer();
  weight.set_name("w");
  weight.set_data_type(onnx::TensorProto::FLOAT);
  for (int64_t dimension : shape) weight.add_dims(dimension);
  weight.set_raw_data(std::string(bytes, '\0'));
  return weight;
}

inline Graph parse(const onnx::ModelProto& model, const OnnxOptions& options = {},
                   const std::filesystem::path& folder = {}) {
  const std::string bytes = model.SerializeAsString();
  return parse_onnx(std::as_bytes(std::span(bytes)), folder, options);
}

inline std::string refusal(const onnx::ModelProto& model, const OnnxOptions& options = {},
                           const std::filesystem::path& folder = {}) {
  return error_of([&] { parse(model, options, folder); });
}

// Says that the weight's bytes are in the file `location`.
inline void keep_outside(onnx::TensorProto& weight, const std::string& location) {
  weight.clear_raw_data();
  weight.set_data_location(onnx::TensorProto::EXTERNAL);
  auto* entry = weight.add_external_data();
  entry->set_key("location");
  entry->set_value(location);
}

}  // namespace assay
