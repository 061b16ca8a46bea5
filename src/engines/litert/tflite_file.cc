// SPDX-License-Identifier: MIT
#include "engines/litert/tflite_file.h"

#include <algorithm>

#include "base/error.h"
#include "engine/engine.h"

namespace assay {
namespace {

// Where the table keeps field i (FlatBuffers' own rule).
constexpr flatbuffers::voffset_t field(int i) {
  return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
}

// LiteRT maps the file and reads weights in place, with vector instructions.
constexpr size_t kBufferAlignment = 16;
constexpr uint64_t kLargestFile = (uint64_t{1} << 31) - (1 << 20);

int8_t type_number(DType type) {
  switch (type) {
    case DType::f32:
      return 0;
    case DType::f16:
      return 1;
    case DType::i32:
      return 2;
    case DType::u8:
      return 3;
    case DType::i64:
      return 4;
    case DType::boolean:
      return 6;
    case DType::i8:
      return 9;
    default:
      throw Unsupported("LiteRT: no tensors of type " + std::string(name_of(type)));
  }
}

}  // namespace

int TfliteFile::tensor(const std::string& name, DType type, const Shape& shape,
                       TfliteQuantization quantization) {
  type_number(type);
  ASSAY_CHECK(quantization.zeros.size() == quantization.scales.size());
  x_tensors.push_back({name, type, shape, 0, std::move(quantization)});
  return static_cast<int>(x_tensors.size()) - 1;
}

int TfliteFile::constant(const std::string& name, const Tensor& value,
                         TfliteQuantization quantization) {
  const int id = tensor(name, value.dtype, value.shape, std::move(quantization));
  x_buffers.push_back(value);
  x_tensors.back().buffer = static_cast<uint32_t>(x_buffers.size());
  return id;
}

void TfliteFile::add(TfliteOp op, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
                     TfliteOptions options) {
  const auto code = static_cast<size_t>(std::ranges::find(x_codes, op) - x_codes.begin());
  if (code == x_codes.size()) x_codes.push_back(op);
  x_operators.push_back({code, std::move(inputs), std::move(outputs), std::move(options)});
}

flatbuffers::DetachedBuffer TfliteFile::finish(const std::vector<int32_t>& inputs,
                                               const std::vector<int32_t>& outputs) {
  uint64_t bytes = 0;
  for (const Tensor& buffer : x_buffers) {
    ASSAY_CHECK(!buffer.declared_only());
    bytes += buffer.byte_size();
  }
  if (bytes > kLargestFile) throw Error("the weights are over the 2 GB of a .tflite file");
  x_builder = flatbuffers::FlatBufferBuilder(bytes + (1 << 20));  // growing would copy the weights
  const auto buffers = x_builder.CreateVector(write_buffers());
  const auto codes = x_builder.CreateVector(write_codes());
  const auto tensors = x_builder.CreateVector(write_tensors());
  const auto operators = x_builder.CreateVector(write_operators());
  const auto ins = x_builder.CreateVector(inputs), outs = x_builder.CreateVector(outputs);
  auto start = x_builder.StartTable();
  x_builder.AddOffset(field(0), tensors);
  x_builder.AddOffset(field(1), ins);
  x_builder.AddOffset(field(2), outs);
  x_builder.AddOffset(field(3), operators);
  const auto subgraphs = x_builder.CreateVector(Offsets{x_builder.EndTable(start)});
  const auto signatures = x_builder.CreateVector(Offsets{write_signature(inputs, outputs)});
  start = x_builder.StartTable();
  x_builder.AddElement<uint32_t>(field(0), 3, 0);  // the schema's version
  x_builder.AddOffset(field(1), codes);
  x_builder.AddOffset(field(2), subgraphs);
  x_builder.AddOffset(field(4), buffers);
  x_builder.AddOffset(field(7), signatures);
  x_builder.Finish(Offset(x_builder.EndTable(start)), "TFL3");
  return x_builder.Release();
}

TfliteFile::Offsets TfliteFile::write_buffers() {
  Offsets result = {x_builder.EndTable(x_builder.StartTable())};  // buffer 0 is empty
  for (const Tensor& buffer : x_buffers) {
    const auto bytes = buffer.raw();
    x_builder.ForceVectorAlignment(bytes.size(), 1, kBufferAlignment);
    const auto data =
        x_builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    const auto start = x_builder.StartTable();
    x_builder.AddOffset(field(0), data);
    result.push_back(x_builder.EndTable(start));
  }
  return result;
}

TfliteFile::Offsets TfliteFile::write_codes() {
  constexpr int32_t kLargestOld = 127;  // of the field that came first, one byte
  Offsets result;
  for (const TfliteOp op : x_codes) {
    const auto code = static_cast<int32_t>(op);
    const auto start = x_builder.StartTable();
    x_builder.AddElement<int32_t>(field(3), code, 0);
    x_builder.AddElement<int8_t>(field(0), static_cast<int8_t>(std::min(code, kLargestOld)), 0);
    result.push_back(x_builder.EndTable(start));
  }
  return result;
}

TfliteFile::Offsets TfliteFile::write_tensors() {
  Offsets result;
  for (const TensorEntry& tensor : x_tensors) {
    const auto shape =
        x_builder.CreateVector(std::vector<int32_t>(tensor.shape.begin(), tensor.shape.end()));
    const auto name = x_builder.CreateString(tensor.name);
    const bool quantized = !tensor.quantization.scales.empty();
    const Offset quantization = quantized ? write_quantization(tensor.quantization) : Offset();
    const auto start = x_builder.StartTable();
    x_builder.AddOffset(field(0), shape);
    x_builder.AddElement<int8_t>(field(1), type_number(tensor.type), 0);
    x_builder.AddElement<uint32_t>(field(2), tensor.buffer, 0);
    x_builder.AddOffset(field(3), name);
    if (quantized) x_builder.AddOffset(field(4), quantization);
    x_builder.AddElement<uint8_t>(field(8), 1, 0);  // the shape says the rank
    result.push_back(x_builder.EndTable(start));
  }
  return result;
}

TfliteFile::Offset TfliteFile::write_quantization(const TfliteQuantization& quantization) {
  const auto scales = x_builder.CreateVector(quantization.scales);
  const auto zeros = x_builder.CreateVector(quantization.zeros);
  const auto start = x_builder.StartTable();
  x_builder.AddOffset(field(2), scales);
  x_builder.AddOffset(field(3), zeros);
  x_builder.AddElement<int32_t>(field(6), quantization.axis, 0);
  return x_builder.EndTable(start);
}

TfliteFile::Offsets TfliteFile::write_operators() {
  Offsets result;
  for (const Operator& op : x_operators) {
    const auto inputs = x_builder.CreateVector(op.inputs);
    const auto outputs = x_builder.CreateVector(op.outputs);
    const Offset options = op.options.table ? write_options(op.options) : Offset();
    const auto start = x_builder.StartTable();
    x_builder.AddElement<uint32_t>(field(0), static_cast<uint32_t>(op.code), 0);
    x_builder.AddOffset(field(1), inputs);
    x_builder.AddOffset(field(2), outputs);
    if (op.options.table) {
      x_builder.AddElement<uint8_t>(field(3), op.options.table, 0);
      x_builder.AddOffset(field(4), options);
    }
    result.push_back(x_builder.EndTable(start));
  }
  return result;
}

TfliteFile::Offset TfliteFile::write_options(const TfliteOptions& options) {
  const auto start = x_builder.StartTable();
  for (const auto& [number, value] : options.fields)
    std::visit(
        [&, i = number](auto v) {
          if constexpr (std::is_same_v<decltype(v), bool>)
            x_builder.AddElement<uint8_t>(field(i), v ? 1 : 0, 0);
          else
            x_builder.AddElement(field(i), v, decltype(v)(0));
        },
        value);
  return x_builder.EndTable(start);
}

TfliteFile::Offset TfliteFile::write_signature(const std::vector<int32_t>& inputs,
                                               const std::vector<int32_t>& outputs) {
  const Offset ins = write_map(inputs), outs = write_map(outputs);
  const auto key = x_builder.CreateString("serving_default");
  const auto start = x_builder.StartTable();
  x_builder.AddOffset(field(0), ins);
  x_builder.AddOffset(field(1), outs);
  x_builder.AddOffset(field(2), key);
  return x_builder.EndTable(start);
}

TfliteFile::Offset TfliteFile::write_map(const std::vector<int32_t>& tensors) {
  Offsets entries;
  for (const int32_t tensor : tensors) {
    const auto name = x_builder.CreateString(x_tensors[static_cast<size_t>(tensor)].name);
    const auto start = x_builder.StartTable();
    x_builder.AddOffset(field(0), name);
    x_builder.AddElement<uint32_t>(field(1), static_cast<uint32_t>(tensor), 0);
    entries.push_back(x_builder.EndTable(start));
  }
  return x_builder.CreateVector(entries).Union();
}

}  // namespace assay
