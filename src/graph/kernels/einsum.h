// SPDX-License-Identifier: MIT
// Einstein's summation: the equation's labels matched with the operands' dimensions. Used by the
// executor and by the cost model. Definition: ONNX operator Einsum, opset 12.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/tensor.h"

namespace assay {

struct Einsum {
  std::vector<std::string>
      operands;  // one label per dimension; an ellipsis' are digits '0', '1', ...
  std::string result;
  std::map<char, int64_t> sizes;

  // The labels of the result, then those that are summed over.
  std::string order() const;
};

// Error when the equation is malformed or does not fit the shapes.
Einsum parse_einsum(const std::string& equation, const std::vector<Shape>& shapes);

}  // namespace assay
