// SPDX-License-Identifier: MIT
// write_static_onnx: what the converters of ncnn and MNN are given, made from an ONNX model. Reads
// {"path", "input": {name: shape}, "file"} from standard input; writes to `file` the same network
// in opset 17 with static shapes and folded shape arithmetic, and to standard output its ports:
// {"inputs", "outputs"}, each a list of {"name", "dtype", "shape"}, and beside them "operators",
// the names of those that are left, and "reshapes", a list of [name, shape before, shape after].
// Where `file` is empty nothing is written, and large weights are not read. Exits with 0, with 3
// and one sentence for operators that our reader does not know, and with 2 and one sentence for
// everything else.
#include <fmt/ranges.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "onnx/onnx.h"

namespace assay {
namespace {

using nlohmann::json;

json ports(const Graph& graph, const std::vector<ValueId>& ids) {
  json result = json::array();
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    result.push_back({{"name", value.name},
                      {"dtype", name_of(value.dtype)},
                      {"shape", value.shape.value_or(Shape{})}});
  }
  return result;
}

std::vector<std::string> names(const Graph& graph, const std::vector<ValueId>& ids) {
  std::vector<std::string> result;
  for (const ValueId id : ids)
    result.push_back(id == kNoValue ? std::string() : graph.value(id).name);
  return result;
}

std::set<std::string> operators(const Graph& graph) {
  std::set<std::string> result;
  for (const Node& node : graph.nodes()) result.insert(node.op);
  return result;
}

json reshapes(const Graph& graph) {
  json result = json::array();
  for (const Node& node : graph.nodes()) {
    if (node.op != "Reshape") continue;
    const auto &before = graph.value(node.inputs.at(0)).shape,
               &after = graph.value(node.outputs.at(0)).shape;
    if (before && after) result.push_back({node.name, *before, *after});
  }
  return result;
}

// pnnx knows a Pad only with its mode, though ONNX has a default.
Graph with_modes(const Graph& graph) {
  Graph result(graph.name());
  std::map<ValueId, ValueId> known{{kNoValue, kNoValue}};
  for (size_t i = 0; i < graph.values().size(); ++i) {
    const Value& value = graph.values()[i];
    if (value.constant)
      known[static_cast<ValueId>(i)] = result.constant(value.name, *value.constant);
  }
  for (const ValueId id : graph.inputs())
    known[id] =
        result.input(graph.value(id).name, graph.value(id).dtype, graph.value(id).shape.value());
  for (const Node& node : graph.nodes()) {
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) inputs.push_back(known.at(id));
    Attributes attributes = node.attributes;
    if (node.op == "Pad") attributes.emplace("mode", std::string("constant"));
    const auto outputs =
        result.add_node(node.op, node.name, inputs, attributes, names(graph, node.outputs));
    for (size_t i = 0; i < outputs.size(); ++i) known[node.outputs[i]] = outputs[i];
  }
  for (const ValueId id : graph.outputs()) result.output(known.at(id));
  return result;
}

int write(const json& request) {
  const auto file = request.at("file").get<std::string>();
  const Graph graph =
      with_modes(read_onnx(request.at("path").get<std::string>(),
                           {.input_shapes = request.at("input"), .structure_only = file.empty()}));
  if (const auto unknown = graph.unknown_operators(); !unknown.empty()) {
    std::cerr << fmt::format(
        "the converter is given ONNX that assay writes, and assay does not know {}\n",
        fmt::join(unknown, ", "));
    return 3;
  }
  if (!file.empty()) write_onnx(graph, file);
  std::cout << json{{"inputs", ports(graph, graph.inputs())},
                    {"outputs", ports(graph, graph.outputs())},
                    {"operators", operators(graph)},
                    {"reshapes", reshapes(graph)}};
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
