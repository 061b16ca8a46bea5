// SPDX-License-Identifier: MIT
// The largest elements of an output: the classes that a classifier holds most likely.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "graph/tensor.h"

namespace assay {

// Indices of the `count` largest values, the largest first; all of them when there are fewer.
std::vector<size_t> largest(std::span<const double> values, size_t count);

// The same for each image of a batch of this shape: along the first dimension, each index from the
// beginning of its own image.
std::vector<std::vector<size_t>> largest_of_each(const Shape& shape, std::span<const double> values,
                                                 size_t count);

}  // namespace assay
