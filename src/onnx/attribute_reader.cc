// SPDX-License-Identifier: MIT
#include "onnx/attribute_reader.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "onnx/sort_nodes.h"

namespace assay {
namespace {

using Proto = onnx::AttributeProto;

// Files written before attributes had a type tell it by the field that is set.
Proto::AttributeType type_of(const Proto& proto) {
  if (proto.type() != Proto::UNDEFINED) return proto.type();
  if (proto.has_i()) return Proto::INT;
  if (proto.has_f()) return Proto::FLOAT;
  if (proto.has_s()) return Proto::STRING;
  if (proto.has_t()) return Proto::TENSOR;
  if (proto.has_g()) return Proto::GRAPH;
  if (proto.floats_size() > 0) return Proto::FLOATS;
  if (proto.strings_size() > 0) return Proto::STRINGS;
  return Proto::INTS;
}

std::optional<Attribute> read_attribute(Proto& proto, TensorReader& tensors,
                                        const std::string& owner) {
  switch (type_of(proto)) {
    case Proto::INT:
      return proto.i();
    case Proto::FLOAT:
      return proto.f();
    case Proto::STRING:
      return proto.s();
    case Proto::INTS:
      return std::vector<int64_t>(proto.ints().begin(), proto.ints().end());
    case Proto::FLOATS:
      return std::vector<float>(proto.floats().begin(), proto.floats().end());
    case Proto::STRINGS:
      return std::vector<std::string>(proto.strings().begin(), proto.strings().end());
    case Proto::TENSOR:
      return tensors.read(*proto.mutable_t(), owner + "." + proto.name());
    default:
      return std::nullopt;
  }
}

}  // namespace

Attributes read_attributes(onnx::NodeProto& node, TensorReader& tensors) {
  Attributes attributes;
  for (auto& each : *node.mutable_attribute()) {
    auto value = read_attribute(each, tensors, node.name());
    if (value && !attributes.emplace(each.name(), std::move(*value)).second)
      throw Error("{} has two attributes named '{}'", describe(node), each.name());
  }
  return attributes;
}

Tensor constant_value(onnx::NodeProto& node, TensorReader& tensors) {
  for (auto& each : *node.mutable_attribute()) {
    const std::string& key = each.name();
    const std::string& name = node.output(0);
    const Shape listed = {std::max({each.ints_size(), each.floats_size(), each.strings_size()})};
    if (key == "value") return tensors.read(*each.mutable_t(), name);
    if (key == "value_int") return make_i64({}, std::array{each.i()});
    if (key == "value_float") return make_f32({}, std::array{each.f()});
    if (key == "value_string") return declare(DType::undefined, {});
    if (key == "value_strings") return declare(DType::undefined, listed);
    if (key == "value_ints")
      return make_i64(listed, std::vector<int64_t>(each.ints().begin(), each.ints().end()));
    if (key == "value_floats")
      return make_f32(listed, std::vector<float>(each.floats().begin(), each.floats().end()));
    if (key == "sparse_value") throw Error("{} is sparse, which cannot be read", describe(node));
  }
  throw Error("{} has no value", describe(node));
}

}  // namespace assay
