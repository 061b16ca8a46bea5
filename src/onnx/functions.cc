// SPDX-License-Identifier: MIT
#include "onnx/functions.h"

namespace assay {
namespace {

using AttributeProtos = google::protobuf::RepeatedPtrField<onnx::AttributeProto>;

template <typename Proto>
std::string key_of(const Proto& proto, const std::string& name) {
  std::string key = (proto.domain() == "ai.onnx" ? "" : proto.domain()) + "::" + name;
  return proto.overload().empty() ? key : key + ":" + proto.overload();
}

const onnx::AttributeProto* find(const AttributeProtos& attributes, const std::string& name) {
  for (const auto& each : attributes)
    if (each.name() == name) return &each;
  return nullptr;
}

class Substitution {
 public:
  Substitution(const onnx::FunctionProto& function, const onnx::NodeProto& call)
      : x_function(function), x_call(call) {}

  void apply(google::protobuf::RepeatedPtrField<onnx::NodeProto>& nodes) const {
    for (auto& node : nodes) {
      AttributeProtos resolved;
      for (auto& attribute : *node.mutable_attribute()) {
        if (attribute.has_g()) apply(*attribute.mutable_g()->mutable_node());
        if (attribute.ref_attr_name().empty()) {
          resolved.Add()->Swap(&attribute);
          continue;
        }
        const onnx::AttributeProto* value = find(x_call.attribute(), attribute.ref_attr_name());
        if (!value) value = find(x_function.attribute_proto(), attribute.ref_attr_name());
        if (!value) continue;  // the operator's own default holds
        const std::string name = attribute.name();
        *resolved.Add() = *value;
        resolved.rbegin()->set_name(name);
      }
      node.mutable_attribute()->Swap(&resolved);
    }
  }

 private:
  const onnx::FunctionProto& x_function;
  const onnx::NodeProto& x_call;
};

}  // namespace

Functions take_functions(onnx::ModelProto& model) {
  Functions functions;
  for (auto& each : *model.mutable_functions())
    functions.try_emplace(key_of(each, each.name())).first->second.Swap(&each);
  return functions;
}

const onnx::FunctionProto* called_function(const Functions& functions,
                                           const onnx::NodeProto& node) {
  if (functions.empty()) return nullptr;
  const auto found = functions.find(key_of(node, node.op_type()));
  return found == functions.end() ? nullptr : &found->second;
}

onnx::FunctionProto function_body(const onnx::FunctionProto& function,
                                  const onnx::NodeProto& call) {
  onnx::FunctionProto body = function;
  Substitution(function, call).apply(*body.mutable_node());
  return body;
}

}  // namespace assay
