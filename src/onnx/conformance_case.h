// SPDX-License-Identifier: MIT
// One conformance case of ONNX as it lies on disk: model.onnx and test_data_set_0/input_0.pb, ...
// For tests only.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "onnx.pb.h"
#include "onnx/onnx.h"
#include "onnx/tensor_reader.h"

namespace assay {

template <typename Proto>
std::optional<Proto> load_proto(const std::filesystem::path& file) {
  Proto proto;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || !proto.ParseFromIstream(&stream)) return std::nullopt;
  return proto;
}

struct ConformanceCase {
  std::string name;
  onnx::ModelProto model;
  std::vector<onnx::TensorProto> inputs, outputs;
};

inline std::vector<onnx::TensorProto> load_tensors(const std::filesystem::path& folder,
                                                   const std::string& kind) {
  std::vector<onnx::TensorProto> tensors;
  for (int i = 0;; ++i) {
    auto tensor = load_proto<onnx::TensorProto>(folder / (kind + "_" + std::to_string(i) + ".pb"));
    if (!tensor) return tensors;
    tensors.push_back(std::move(*tensor));
  }
}

// Sequences and optional values are no tensors.
inline bool takes_tensors(const onnx::ModelProto& model) {
  const auto is_tensor = [](const onnx::ValueInfoProto& info) {
    return info.type().has_tensor_type();
  };
  const auto &inputs = model.graph().input(), &outputs = model.graph().output();
  return std::all_of(inputs.begin(), inputs.end(), is_tensor) &&
         std::all_of(outputs.begin(), outputs.end(), is_tensor);
}

// The cases of a folder that take and give tensors, by name.
inline std::vector<ConformanceCase> conformance_cases(const std::filesystem::path& folder) {
  std::vector<ConformanceCase> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    auto model = load_proto<onnx::ModelProto>(entry.path() / "model.onnx");
    if (!model || !takes_tensors(*model)) continue;
    const auto data = entry.path() / "test_data_set_0";
    cases.push_back({entry.path().filename().string(), std::move(*model),
                     load_tensors(data, "input"), load_tensors(data, "output")});
  }
  std::sort(cases.begin(), cases.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return cases;
}

inline Tensor tensor_of(onnx::TensorProto proto) {
  return TensorReader({}).read(proto, "tensor");
}

// The graph of a case. Inputs from `first_weight` on, and empty ones, become weights, so that
// shapes that depend on values can be inferred; the others are given in `given`, if asked for.
inline Graph graph_of(ConformanceCase test, int first_weight,
                      std::map<std::string, Tensor>* given = nullptr) {
  OnnxOptions options;
  auto& graph = *test.model.mutable_graph();
  for (int i = 0; i < graph.input_size() && i < static_cast<int>(test.inputs.size()); ++i) {
    const auto& tensor = test.inputs[static_cast<size_t>(i)];
    const std::string name = graph.input(i).name();
    if (i < first_weight && std::count(tensor.dims().begin(), tensor.dims().end(), 0) == 0) {
      options.input_shapes[name] = Shape(tensor.dims().begin(), tensor.dims().end());
      if (given != nullptr) given->emplace(name, tensor_of(tensor));
    } else {
      auto* weight = graph.add_initializer();
      *weight = tensor;
      weight->set_name(name);
    }
  }
  const std::string bytes = test.model.SerializeAsString();
  return parse_onnx(std::as_bytes(std::span(bytes)), {}, options);
}

}  // namespace assay
