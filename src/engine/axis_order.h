// SPDX-License-Identifier: MIT
// Order says how the axes of a value lie in memory: order[i] is the axis that stands at place i. A
// transposition only changes the order, so that a network that is written for NCHW runs in NHWC
// with few elements moved. Pure functions of shapes and orders; shapes are the network's own
// ("logical") unless they are called placed.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/tensor.h"

namespace assay {

using Order = std::vector<size_t>;

// Axis i at place i.
Order plain_order(size_t rank);
// {0, 2, ..., 1}: N, spatial axes, C.
Order channels_last(size_t rank);
// The shape as it lies in memory.
Shape placed(const Shape& shape, const Order& order);
// At which place the axis stands.
size_t place_of(size_t axis, const Order& order);

// Whether both orders put the elements in the same sequence: axes of size 1 stand anywhere.
bool same_sequence(const Shape& shape, const Order& a, const Order& b);
// For a transposition: place i of `to` takes place result[i] of `from`.
std::vector<int32_t> moves(const Order& from, const Order& to);

// Reshaping without moving elements is possible for some orders only.
struct Regrouping {
  Order before;  // the order to bring the value to, which moves as little as is possible
  Order after;   // the order that the reshaped value then has
};
// For a value of shape `from` that lies in `order`. Both shapes have as many elements.
Regrouping regroup(const Shape& from, const Order& order, const Shape& to);

}  // namespace assay
