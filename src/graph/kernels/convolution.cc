// SPDX-License-Identifier: MIT
#include "graph/kernels/convolve.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

void require_ranks(const Call& call) {
  call.require(
      call.input(0).shape.size() >= 3 && call.input(1).shape.size() == call.input(0).shape.size(),
      "input and weights must have the same rank, at least 3");
}

template <typename T>
Tensors finished(const Call& call, Filled<T> y) {
  if (call.has(2)) add_bias(call, y, Array<T>(call.input(2)));
  return {to_tensor(call.input(0).dtype, y.shape, std::move(y.values))};
}

Tensors run_conv(const Call& call) {
  require_ranks(call);
  return with_float(call.input(0).dtype, call.accumulate, [&](auto number) {
    using T = decltype(number);
    return finished<T>(call, convolve(call, Array<T>(call.input(0)), Array<T>(call.input(1))));
  });
}

Tensors run_conv_transpose(const Call& call) {
  require_ranks(call);
  return with_float(call.input(0).dtype, call.accumulate, [&](auto number) {
    using T = decltype(number);
    return finished<T>(call,
                       convolve_transposed(call, Array<T>(call.input(0)), Array<T>(call.input(1))));
  });
}

constexpr KernelRow kRows[] = {
    {"Conv", run_conv},
    {"ConvTranspose", run_conv_transpose},
};

}  // namespace

std::span<const KernelRow> convolution_kernels() {
  return kRows;
}

}  // namespace assay
