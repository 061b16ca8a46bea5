// SPDX-License-Identifier: MIT
// Small models for the contract suite, with the answers of the reference executor.
#pragma once

#include "graph/graph.h"
#include "run/tensor_files.h"
#include "zoo/zoo.h"

namespace assay {

// x [batch, 3, 8, 8] -> convolution, ReLU, global average pool, linear layer -> y [batch, 5];
// seeded weights.
Graph small_network(int64_t batch = 1, uint64_t seed = 1);
// x [1, side] -> linear layer -> y [1, side]; side x side seeded weights.
Graph large_layer(int64_t side);
// a, b [2, 3] -> sum [2, 3], product [2, 3]
Graph two_in_two_out();
// Of inputs alone: nothing may be kept of a factor that is not constant.
// a [1, 4] times b [4, 3], as a Gemm with ReLU and as a MatMul
Graph products_of_inputs();
// x [1, 6, 4, 4] convolved with w [5, 6, 3, 3], and ReLU
Graph convolution_of_inputs();
// An operator that no engine has.
Graph unknown_operator();

// The same in QDQ form, its ranges taken of one input.
Graph quantized(const Graph& graph);

// The network with ten classes on the smallest input that its windows fit into, weights declared.
Graph small_build(const ZooEntry& entry);

// Seeded values for the graph's inputs.
Tensors inputs_of(const Graph& graph, uint64_t seed);
// The reference executor's outputs, by name.
Tensors expected(const Graph& graph, const Tensors& inputs);
// The largest difference over the largest expected magnitude, over all outputs; infinite when
// names, types or shapes differ.
double difference(const Tensors& seen, const Tensors& expected);

}  // namespace assay
