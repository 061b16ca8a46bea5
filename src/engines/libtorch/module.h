// SPDX-License-Identifier: MIT
// A Graph as a module that PyTorch runs: its TorchScript with the weights as attributes, frozen
// (folded, weights as constants) and optimized for inference as far as is asked for.
#pragma once

#include <torch/csrc/jit/api/module.h>

#include <string>

#include "torchscript/torchscript.h"

namespace assay {

// `optimize`: "inference" (frozen, and convolutions in oneDNN's own layouts), "freeze" or "none".
// Error as torchscript(), and for a weight without values. At fp32 the weights are the graph's own
// bytes until something is folded into them.
torch::jit::Module compiled(const Graph& graph, const TorchOptions& options,
                            const std::string& optimize);

// Error for a type that PyTorch does not have.
at::ScalarType as_theirs(DType type);
// Unsupported for a type that we do not have.
DType as_ours(at::ScalarType type);

}  // namespace assay
