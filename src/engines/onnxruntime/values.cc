// SPDX-License-Identifier: MIT
#include "engines/onnxruntime/values.h"

#include "base/error.h"

namespace assay {
namespace {

const std::map<ONNXTensorElementDataType, DType> kTypes = {
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, DType::f32},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16, DType::f16},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16, DType::bf16},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, DType::f64},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, DType::i8},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, DType::u8},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16, DType::i16},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16, DType::u16},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, DType::i32},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32, DType::u32},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, DType::i64},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, DType::u64},
    {ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL, DType::boolean}};

}  // namespace

DType dtype_of(ONNXTensorElementDataType type) {
  const auto it = kTypes.find(type);
  if (it == kTypes.end())
    throw Unsupported(
        fmt::format("ONNX Runtime's element type {} is not known here", static_cast<int>(type)));
  return it->second;
}

Ort::Value as_value(const Ort::MemoryInfo& memory, const Binding& binding) {
  for (const auto& [theirs, ours] : kTypes)
    if (ours == binding.dtype)
      return Ort::Value::CreateTensor(memory, binding.bytes.data(), binding.bytes.size(),
                                      binding.shape.data(), binding.shape.size(), theirs);
  throw Error("input '{}' has no element type", binding.name);
}

Binding as_binding(const std::string& name, Ort::Value& value) {
  const auto info = value.GetTensorTypeAndShapeInfo();
  const DType type = dtype_of(info.GetElementType());
  const size_t size = info.GetElementCount() * size_of(type);
  return {name, type, info.GetShape(), {value.GetTensorMutableData<std::byte>(), size}};
}

}  // namespace assay
