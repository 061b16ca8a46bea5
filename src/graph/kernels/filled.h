// SPDX-License-Identifier: MIT
// What a loop nest computed, before it takes an element type again.
#pragma once

#include <vector>

#include "graph/tensor.h"

namespace assay {

template <typename T>
struct Filled {
  Shape shape;
  std::vector<T> values;
};

}  // namespace assay
