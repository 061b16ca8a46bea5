// SPDX-License-Identifier: MIT
// write_torchscript: what the adapter of the Python package PyTorch loads, made from an ONNX model.
// Reads {"path", "input": {name: shape}, "folder", "precision", "channels_last"} from standard
// input; writes folder/function.json and, unless `folder` is empty, folder/weights.bin. Exits with
// 0, with 3 and one sentence for what PyTorch has no counterpart of, and with 2 and one sentence
// for everything else.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "onnx/onnx.h"
#include "torchscript/torchscript.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr size_t kAlignment = 64;  // of each weight in the file

json port(const Value& value) {
  return {{"name", value.name},
          {"dtype", name_of(value.dtype)},
          {"shape", value.shape.value_or(Shape{})}};
}

// Where each weight lies in the file.
json write_weights(const Graph& graph, const std::string& file) {
  std::ofstream stream(file, std::ios::binary);
  json weights = json::object();
  size_t at = 0;
  for (size_t id = 0; id < graph.values().size(); ++id) {
    const Value& value = graph.values()[id];
    if (!value.constant) continue;
    if (value.constant->declared_only()) throw Error("weight '{}' has no values", value.name);
    const auto bytes = value.constant->raw();
    stream.write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    json& entry = weights[torch_weight(static_cast<ValueId>(id))] = port(value);
    entry["offset"] = at;
    const std::string rest((kAlignment - bytes.size() % kAlignment) % kAlignment, '\0');
    stream << rest;
    at += bytes.size() + rest.size();
  }
  if (!stream.flush()) throw Error("'{}' cannot be written", file);
  return weights;
}

Graph read(const json& request, bool structure_only) {
  return read_onnx(request.at("path").get<std::string>(),
                   {.input_shapes = request.at("input"), .structure_only = structure_only});
}

bool is_taken(const Graph& graph, const TorchOptions& options) {
  try {
    torchscript(graph, options);
    return true;
  } catch (const Error&) {
    return false;
  }
}

int write(const json& request) {
  const auto folder = request.at("folder").get<std::string>();
  const TorchOptions options{request.at("precision") == "bf16" ? DType::bf16 : DType::f32,
                             request.at("channels_last").get<bool>()};
  // A question is asked of the structure first, which is quick for a file of any size; what is
  // computed of a large weight is folded only where it is read.
  if (folder.empty() && is_taken(read(request, true), options)) return 0;
  const Graph graph = read(request, false);
  json function{{"inputs", json::array()}, {"outputs", json::array()}};
  try {
    function["source"] = torchscript(graph, options);
  } catch (const Error& why) {
    std::cerr << why.what() << '\n';
    return 3;
  }
  for (const ValueId id : graph.inputs()) function["inputs"].push_back(port(graph.value(id)));
  for (const ValueId id : graph.outputs()) function["outputs"].push_back(port(graph.value(id)));
  if (folder.empty()) return 0;
  function["weights"] = write_weights(graph, folder + "/weights.bin");
  if (!(std::ofstream(folder + "/function.json") << function).flush())
    throw Error("'{}' cannot be written", folder);
  return 0;
}

}  // namespace
}  // namespace assay

int main() {
  try {
    return assay::write(nlohmann::json::parse(std::cin));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
