// SPDX-License-Identifier: MIT
#include <set>

#include "base/error.h"
#include "onnx/bind_inputs.h"
#include "onnx/importer.h"
#include "onnx/model_proto.h"
#include "onnx/onnx.h"
#include "onnx/tensor_reader.h"

namespace assay {
namespace {

using Paths = std::set<std::filesystem::path>;

// Finds the files of external data, and reads each tensor that says it is there: an engine would
// fail on what cannot be read, or read what it should not.
class ExternalFiles {
 public:
  explicit ExternalFiles(std::filesystem::path folder) : x_folder(folder), x_reader(folder) {}

  void visit(const onnx::TensorProto& tensor) {
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL) return;
    onnx::TensorProto place = tensor;
    x_reader.read(place, tensor.name());
    for (const auto& entry : tensor.external_data())
      if (entry.key() == "location" && x_locations.insert(entry.value()).second)
        x_files.insert(external_path(x_folder, entry.value(), tensor.name()));
  }
  void visit(const onnx::GraphProto& graph) {
    for (const auto& tensor : graph.initializer()) visit(tensor);
    for (const auto& node : graph.node())
      for (const auto& attribute : node.attribute()) {
        if (attribute.has_t()) visit(attribute.t());
        if (attribute.has_g()) visit(attribute.g());
      }
  }
  const Paths& files() const { return x_files; }

 private:
  std::filesystem::path x_folder;
  TensorReader x_reader;
  std::set<std::string> x_locations;
  Paths x_files;
};

}  // namespace

OnnxModel open_onnx(const std::filesystem::path& file, const OnnxOptions& options) {
  onnx::ModelProto proto = load_model(file);
  OnnxModel model;
  try {
    model.inputs = bound_inputs(proto.graph(), options);
    ExternalFiles external(file.parent_path());
    external.visit(proto.graph());
    model.external_files.assign(external.files().begin(), external.files().end());
  } catch (const Error& error) {
    throw Error("'{}': {}", file.string(), error.what());
  }
  try {
    model.graph = Importer(proto, file.parent_path()).import(options);
  } catch (const Error& error) {
    model.problem = error.what();
  }
  return model;
}

}  // namespace assay
