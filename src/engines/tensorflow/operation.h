// SPDX-License-Identifier: MIT
// Operation adds one operation to a TensorFlow graph: inputs and attributes in a chain, ended by
// output(), outputs() or finish(). Errors are TensorFlow's own words.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engines/tensorflow/api.h"

namespace assay {

class Operation {
 public:
  Operation(TF_Graph* graph, const char* kind, const std::string& name)
      : x_description(tensorflow().NewOperation(graph, kind, name.c_str())) {}

  Operation& input(TF_Output value);
  Operation& inputs(std::span<const TF_Output> values);  // one input that is a list
  Operation& set(const char* attribute, DType type);
  Operation& set(const char* attribute, bool value);
  Operation& set(const char* attribute, int64_t value);
  Operation& set(const char* attribute, float value);
  Operation& set(const char* attribute, const char* value);
  Operation& set(const char* attribute, const std::vector<int64_t>& values);
  Operation& set_shape(const char* attribute, const Shape& shape);
  // The bytes are copied.
  Operation& set_tensor(const char* attribute, const Tensor& value);

  TF_Output output() { return {finish(), 0}; }
  std::vector<TF_Output> outputs();
  TF_Operation* finish();

 private:
  TF_OperationDescription* x_description;  // finish() takes it
};

}  // namespace assay
