// SPDX-License-Identifier: MIT
// TfliteFile writes a network in the TensorFlow Lite format: a FlatBuffer whose tables are named in
// LiteRT's schema.fbs (version 3) and written here by the numbers of their fields. Tensors are
// known by their index.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "graph/tensor.h"

namespace assay {

// Builtin operators and, beside those that have options, the number of their table in the schema's
// union.
enum class TfliteOp : int32_t {
  add = 0,
  average_pool = 1,
  concatenation = 2,
  conv = 3,
  depthwise_conv = 4,
  dequantize = 6,
  floor = 8,
  fully_connected = 9,
  local_response_normalization = 13,
  logistic = 14,
  max_pool = 17,
  mul = 18,
  relu = 19,
  relu6 = 21,
  reshape = 22,
  softmax = 25,
  tanh = 28,
  pad = 34,
  gather = 36,
  transpose = 39,
  mean = 40,
  sub = 41,
  div = 42,
  strided_slice = 45,
  exp = 47,
  log_softmax = 50,
  cast = 53,
  prelu = 54,
  maximum = 55,
  minimum = 57,
  neg = 59,
  padv2 = 60,
  slice = 65,
  sin = 66,
  log = 73,
  sum = 74,
  sqrt = 75,
  rsqrt = 76,
  pow = 78,
  reduce_max = 82,
  reduce_min = 89,
  leaky_relu = 98,
  squared_difference = 99,
  abs = 101,
  ceil = 104,
  cos = 108,
  elu = 111,
  quantize = 114,
  round = 116,
  hard_swish = 117,
  batch_matmul = 126,
  gelu = 150,
  sign = 158
};

// The options of one operator: their table's number in the union BuiltinOptions, and the fields
// that differ from the schema's defaults, by their number in the table.
struct TfliteOptions {
  uint8_t table = 0;  // none
  std::vector<std::pair<int, std::variant<int8_t, int32_t, float, bool>>> fields = {};
};

// What integers stand for: value = scale (q - zero), with one scale for all, or one for each slice
// along `axis`. No scales: the tensor is not quantized.
struct TfliteQuantization {
  std::vector<float> scales;
  std::vector<int64_t> zeros;  // as many as scales
  int32_t axis = 0;
};

class TfliteFile {
 public:
  // Dimensions and types as they lie in memory. Unsupported for types that the format lacks.
  int tensor(const std::string& name, DType type, const Shape& shape,
             TfliteQuantization quantization = {});
  int constant(const std::string& name, const Tensor& value, TfliteQuantization quantization = {});
  const Shape& shape(int tensor) const { return entry(tensor).shape; }
  DType type(int tensor) const { return entry(tensor).type; }
  const TfliteQuantization& quantization(int tensor) const { return entry(tensor).quantization; }
  void add(TfliteOp op, std::vector<int32_t> inputs, std::vector<int32_t> outputs,
           TfliteOptions options = {});

  // The whole file; nothing is added after that. Error above 2 GB, where FlatBuffers end.
  flatbuffers::DetachedBuffer finish(const std::vector<int32_t>& inputs,
                                     const std::vector<int32_t>& outputs);

 private:
  struct TensorEntry {
    std::string name;
    DType type;
    Shape shape;
    uint32_t buffer;  // 0: computed
    TfliteQuantization quantization;
  };
  struct Operator {
    size_t code;  // in x_codes
    std::vector<int32_t> inputs, outputs;
    TfliteOptions options;
  };
  using Offset = flatbuffers::Offset<void>;
  using Offsets = std::vector<flatbuffers::Offset<void>>;

  const TensorEntry& entry(int tensor) const { return x_tensors[static_cast<size_t>(tensor)]; }

  Offsets write_buffers();
  Offsets write_codes();
  Offsets write_tensors();
  Offset write_quantization(const TfliteQuantization& quantization);
  Offsets write_operators();
  Offset write_options(const TfliteOptions& options);
  Offset write_signature(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs);
  Offset write_map(const std::vector<int32_t>& tensors);

  flatbuffers::FlatBufferBuilder x_builder;
  std::vector<TensorEntry> x_tensors;
  std::vector<Tensor> x_buffers;  // buffer i + 1
  std::vector<TfliteOp> x_codes;
  std::vector<Operator> x_operators;
};

}  // namespace assay
