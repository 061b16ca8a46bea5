// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "onnx.pb.h"
#include "onnx/model_proto.h"
#include "onnx/onnx.h"
#include "onnx/proto_writer.h"

namespace assay {
namespace {

constexpr int64_t kIrVersion = 8;    // that of ONNX 1.12, which brought opset 17
constexpr uint64_t kAlignment = 64;  // of tensors in a file of their own

// Operators whose graphs are not kept, and those that came after opset 17.
const std::set<std::string_view> kUnwritable = {"Gelu", "GroupNormalization", "If", "Loop", "Mish",
                                                "Scan"};

void set_type(onnx::ValueInfoProto& info, const Value& value) {
  info.set_name(value.name);
  if (value.dtype == DType::undefined) return;
  auto* type = info.mutable_type()->mutable_tensor_type();
  type->set_elem_type(static_cast<int32_t>(onnx_number(value.dtype)));
  if (!value.shape) return;
  auto* shape = type->mutable_shape();
  for (int64_t dimension : *value.shape) shape->add_dim()->set_dim_value(dimension);
}

void require_values(const std::string& name, const Tensor& tensor) {
  if (tensor.declared_only())
    throw Error("tensor '{}' ({} {}) has no values, so it cannot be written", name,
                name_of(tensor.dtype), to_string(tensor.shape));
}

// Everything but the values.
onnx::TensorProto tensor_head(const std::string& name, const Tensor& tensor) {
  onnx::TensorProto proto;
  for (int64_t dimension : tensor.shape) proto.add_dims(dimension);
  proto.set_data_type(static_cast<int32_t>(onnx_number(tensor.dtype)));
  proto.set_name(name);
  return proto;
}

struct AttributeWriter {
  onnx::AttributeProto& proto;

  void operator()(int64_t value) const {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(value);
  }
  void operator()(float value) const {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(value);
  }
  void operator()(const std::string& value) const {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(value);
  }
  void operator()(const std::vector<int64_t>& values) const {
    proto.set_type(onnx::AttributeProto::INTS);
    proto.mutable_ints()->Add(values.begin(), values.end());
  }
  void operator()(const std::vector<float>& values) const {
    proto.set_type(onnx::AttributeProto::FLOATS);
    proto.mutable_floats()->Add(values.begin(), values.end());
  }
  void operator()(const std::vector<std::string>& values) const {
    proto.set_type(onnx::AttributeProto::STRINGS);
    for (const std::string& each : values) proto.add_strings(each);
  }
  void operator()(const Tensor& tensor) const {
    proto.set_type(onnx::AttributeProto::TENSOR);
    require_values(proto.name(), tensor);
    *proto.mutable_t() = tensor_head(proto.name(), tensor);
    proto.mutable_t()->set_raw_data(tensor.raw().data(), tensor.raw().size());
  }
};

class ModelWriter {
 public:
  explicit ModelWriter(const Graph& graph) : x_graph(graph) {}

  void write(const std::filesystem::path& file, const OnnxWriteOptions& options) {
    collect_weights();
    describe_graph();
    if (options.zeros_for_declared) write_zeros(file.string() + ".zeros");
    uint64_t weight_bytes = 0;
    for (const Weight& each : x_weights) {
      if (each.is_external) continue;
      require_values(each.head.name(), *each.tensor);
      weight_bytes += each.tensor->byte_size();
    }
    if (weight_bytes > options.largest_inline_bytes) write_weights(file.string() + ".data");
    write_model(file);
  }

 private:
  struct Weight {
    const Tensor* tensor;
    onnx::TensorProto head;
    bool is_external = false;

    void lies_in(const std::filesystem::path& file, uint64_t offset) {
      const auto entry = [&](const char* key, const std::string& value) {
        auto* pair = head.add_external_data();
        pair->set_key(key);
        pair->set_value(value);
      };
      entry("location", file.filename().string());
      entry("offset", std::to_string(offset));
      entry("length", std::to_string(tensor->byte_size()));
      head.set_data_location(onnx::TensorProto::EXTERNAL);
      is_external = true;
    }
    uint64_t size() const {
      const uint64_t inline_bytes =
          is_external
              ? 0
              : FileWriter::field_size(onnx::TensorProto::kRawDataFieldNumber, tensor->byte_size());
      return head.ByteSizeLong() + inline_bytes;
    }
  };

  void collect_weights() {
    for (const Value& each : x_graph.values())
      if (each.constant)
        x_weights.push_back({&*each.constant, tensor_head(each.name, *each.constant)});
  }

  void describe_graph() {
    x_body.set_name(x_graph.name());
    for (const Node& each : x_graph.nodes()) describe_node(each);
    for (ValueId id : x_graph.inputs()) set_type(*x_body.add_input(), x_graph.value(id));
    for (ValueId id : x_graph.outputs()) set_type(*x_body.add_output(), x_graph.value(id));
  }

  void describe_node(const Node& node) {
    if (kUnwritable.contains(node.op) || node.op.find('-') != std::string::npos)
      throw Error("node '{}' ({}) cannot be written in opset {}", node.name, node.op, kGraphOpset);
    onnx::NodeProto& proto = *x_body.add_node();
    const size_t colons = node.op.rfind("::");
    if (colons != std::string::npos) {
      proto.set_domain(node.op.substr(0, colons));
      x_domains.insert(proto.domain());
    }
    proto.set_op_type(colons == std::string::npos ? node.op : node.op.substr(colons + 2));
    proto.set_name(node.name);
    for (ValueId id : node.inputs)
      proto.add_input(id == kNoValue ? std::string() : x_graph.value(id).name);
    for (ValueId id : node.outputs)
      proto.add_output(id == kNoValue ? std::string() : x_graph.value(id).name);
    for (const auto& [name, value] : node.attributes) {
      onnx::AttributeProto& attribute = *proto.add_attribute();
      attribute.set_name(name);
      std::visit(AttributeWriter{attribute}, value);
    }
  }

  onnx::ModelProto head() const {
    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("assay");
    model.add_opset_import()->set_version(kGraphOpset);
    for (const std::string& domain : x_domains) {
      auto* import = model.add_opset_import();
      import->set_domain(domain);
      import->set_version(1);
    }
    return model;
  }

  // All in the same place: one hole, as long as the largest.
  void write_zeros(const std::filesystem::path& file) {
    uint64_t size = 0;
    for (Weight& each : x_weights) {
      if (!each.tensor->declared_only()) continue;
      each.lies_in(file, 0);
      size = std::max<uint64_t>(size, each.tensor->byte_size());
    }
    write_file(file, "");
    std::error_code problem;
    std::filesystem::resize_file(file, size, problem);
    if (problem) throw Error("cannot write '{}': {}", file.string(), problem.message());
  }

  void write_weights(const std::filesystem::path& file) {
    FileWriter out(file);
    uint64_t offset = 0;
    for (Weight& each : x_weights) {
      if (each.is_external) continue;
      out.zeros((kAlignment - offset % kAlignment) % kAlignment);
      offset = (offset + kAlignment - 1) / kAlignment * kAlignment;
      each.lies_in(file, offset);
      out.bytes(each.tensor->raw());
      offset += each.tensor->byte_size();
    }
    out.finish();
  }

  void write_model(const std::filesystem::path& file) const {
    const std::string body = x_body.SerializeAsString();
    uint64_t graph_size = body.size();
    for (const Weight& each : x_weights)
      graph_size += FileWriter::field_size(onnx::GraphProto::kInitializerFieldNumber, each.size());
    FileWriter out(file);
    out.bytes(head().SerializeAsString());
    out.field(onnx::ModelProto::kGraphFieldNumber, graph_size);
    out.bytes(body);
    for (const Weight& each : x_weights) {
      out.field(onnx::GraphProto::kInitializerFieldNumber, each.size());
      out.bytes(each.head.SerializeAsString());
      if (each.is_external) continue;
      out.field(onnx::TensorProto::kRawDataFieldNumber, each.tensor->byte_size());
      out.bytes(each.tensor->raw());
    }
    out.finish();
  }

  const Graph& x_graph;
  onnx::GraphProto x_body;
  std::vector<Weight> x_weights;
  std::set<std::string> x_domains;
};

}  // namespace

void write_onnx(const Graph& graph, const std::filesystem::path& file,
                const OnnxWriteOptions& options) {
  ModelWriter(graph).write(file, options);
}

}  // namespace assay
