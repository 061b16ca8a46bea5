// SPDX-License-Identifier: MIT
// A Kernel computes one operator on whole tensors; execute.cc finds it by name in the families'
// tables. A kernel trusts nothing: inputs may come from a foreign file, so what does not fit is an
// Error that names the node. Used only inside graph/.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/execute.h"

namespace assay {

struct Call {
  const Node& node;
  std::span<const Tensor* const> inputs;  // null where left out
  size_t output_count;
  Accumulate accumulate;

  bool has(size_t i) const { return i < inputs.size() && inputs[i] != nullptr; }
  const Tensor& input(size_t i) const;  // Error when left out
  [[noreturn]] void fail(const std::string& why) const;
  // Error with `why` unless the condition holds.
  void require(bool condition, const char* why) const {
    if (!condition) fail(why);
  }
  int64_t integer(std::string_view key, int64_t otherwise) const;
  std::string text(std::string_view key, const char* otherwise) const;
  float real(std::string_view key, float otherwise) const;
};

using Kernel = std::vector<Tensor> (*)(const Call&);

struct KernelRow {
  std::string_view op;
  Kernel kernel;
};

// One table per family.
std::span<const KernelRow> activation_kernels();
std::span<const KernelRow> arithmetic_kernels();
std::span<const KernelRow> comparison_kernels();
std::span<const KernelRow> convolution_kernels();
std::span<const KernelRow> indexing_kernels();
std::span<const KernelRow> matrix_kernels();
std::span<const KernelRow> movement_kernels();
std::span<const KernelRow> normalization_kernels();
std::span<const KernelRow> pooling_kernels();
std::span<const KernelRow> quantization_kernels();
std::span<const KernelRow> rearrangement_kernels();
std::span<const KernelRow> reduction_kernels();
std::span<const KernelRow> resize_kernels();
std::span<const KernelRow> sampling_kernels();
std::span<const KernelRow> shape_kernels();
std::span<const KernelRow> softmax_kernels();

}  // namespace assay
