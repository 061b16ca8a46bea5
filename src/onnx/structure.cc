// SPDX-License-Identifier: MIT
#include "onnx/structure.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <climits>
#include <optional>
#include <string_view>

#include "onnx.pb.h"

namespace assay {
namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

// As protobuf writes a number at most, ten bytes an element.
constexpr int64_t kLargestField = kLargestOfStructure * 10;
constexpr uint32_t kBytesFollow = 2;  // the wire type of messages, texts and packed numbers

constexpr auto kValues = std::to_array<uint32_t>(
    {onnx::TensorProto::kFloatDataFieldNumber, onnx::TensorProto::kInt32DataFieldNumber,
     onnx::TensorProto::kInt64DataFieldNumber, onnx::TensorProto::kRawDataFieldNumber,
     onnx::TensorProto::kDoubleDataFieldNumber, onnx::TensorProto::kUint64DataFieldNumber});

enum class Kind { model, graph, tensor };

std::string_view text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void append_number(std::string& to, uint32_t number) {
  uint8_t bytes[5];
  const uint8_t* end = CodedOutputStream::WriteVarint32ToArray(number, bytes);
  to.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(end - bytes));
}

// What a field holds that is looked into.
std::optional<Kind> held_by(Kind kind, uint32_t number) {
  if (kind == Kind::model && number == onnx::ModelProto::kGraphFieldNumber) return Kind::graph;
  if (kind == Kind::graph && number == onnx::GraphProto::kInitializerFieldNumber)
    return Kind::tensor;
  return std::nullopt;
}

// To the end of a number, or to the content of what has a length; false when that is not there.
bool skip_head(CodedInputStream& stream, uint32_t tag, uint32_t& length) {
  uint64_t number = 0;
  switch (tag & 7) {
    case 0:
      return stream.ReadVarint64(&number);
    case 1:
      return stream.Skip(8);
    case kBytesFollow:
      return stream.ReadVarint32(&length) && length <= INT_MAX;
    case 5:
      return stream.Skip(4);
    default:
      return false;
  }
}

void append_structure(std::string& to, std::span<const std::byte> message, Kind kind) {
  CodedInputStream stream(reinterpret_cast<const uint8_t*>(message.data()),
                          static_cast<int>(message.size()));
  size_t begin = 0;
  while (begin < message.size()) {
    const uint32_t tag = stream.ReadTag(), field = tag >> 3;
    uint32_t length = 0;
    if (tag == 0 || !skip_head(stream, tag, length)) break;
    const auto content = static_cast<size_t>(stream.CurrentPosition());
    if (length > message.size() - content || !stream.Skip(static_cast<int>(length))) break;
    const auto end = static_cast<size_t>(stream.CurrentPosition());
    const auto held = held_by(kind, field);
    const bool values = kind == Kind::tensor && std::ranges::count(kValues, field) > 0;
    if ((tag & 7) == kBytesFollow && held) {
      std::string inner;
      append_structure(inner, message.subspan(content, length), *held);
      append_number(to, tag);
      append_number(to, static_cast<uint32_t>(inner.size()));
      to += inner;
    } else if (!values || length <= kLargestField) {
      to += text(message.subspan(begin, end - begin));
    }
    begin = end;
  }
  to += text(message.subspan(begin));
}

}  // namespace

std::string structure_of(std::span<const std::byte> model) {
  std::string result;
  append_structure(result, model, Kind::model);
  return result;
}

}  // namespace assay
