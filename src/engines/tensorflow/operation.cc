// SPDX-License-Identifier: MIT
#include "engines/tensorflow/operation.h"

namespace assay {

Operation& Operation::input(TF_Output value) {
  tensorflow().AddInput(x_description, value);
  return *this;
}

Operation& Operation::inputs(std::span<const TF_Output> values) {
  tensorflow().AddInputList(x_description, values.data(), static_cast<int>(values.size()));
  return *this;
}

Operation& Operation::set(const char* attribute, DType type) {
  tensorflow().SetAttrType(x_description, attribute, as_theirs(type));
  return *this;
}

Operation& Operation::set(const char* attribute, bool value) {
  tensorflow().SetAttrBool(x_description, attribute, value);
  return *this;
}

Operation& Operation::set(const char* attribute, int64_t value) {
  tensorflow().SetAttrInt(x_description, attribute, value);
  return *this;
}

Operation& Operation::set(const char* attribute, float value) {
  tensorflow().SetAttrFloat(x_description, attribute, value);
  return *this;
}

Operation& Operation::set(const char* attribute, const char* value) {
  tensorflow().SetAttrString(x_description, attribute, value, std::string_view(value).size());
  return *this;
}

Operation& Operation::set(const char* attribute, const std::vector<int64_t>& values) {
  tensorflow().SetAttrIntList(x_description, attribute, values.data(),
                              static_cast<int>(values.size()));
  return *this;
}

Operation& Operation::set_shape(const char* attribute, const Shape& shape) {
  tensorflow().SetAttrShape(x_description, attribute, shape.data(), static_cast<int>(shape.size()));
  return *this;
}

Operation& Operation::set_tensor(const char* attribute, const Tensor& value) {
  // The C API wants memory that it could write to, and only reads it.
  auto* bytes = const_cast<std::byte*>(value.raw().data());
  const auto tensor = tensor_over(value.dtype, value.shape, {bytes, value.byte_size()});
  const TensorflowStatus status;
  tensorflow().SetAttrTensor(x_description, attribute, tensor.get(), status.get());
  status.check();
  return *this;
}

std::vector<TF_Output> Operation::outputs() {
  TF_Operation* operation = finish();
  std::vector<TF_Output> result;
  for (int i = 0; i < tensorflow().OperationNumOutputs(operation); ++i)
    result.push_back({operation, i});
  return result;
}

TF_Operation* Operation::finish() {
  const TensorflowStatus status;
  TF_Operation* operation = tensorflow().FinishOperation(x_description, status.get());
  status.check();
  return operation;
}

}  // namespace assay
