// SPDX-License-Identifier: MIT
#include "graph/kernels/convolve.h"

#include <algorithm>

namespace assay {

namespace {

int64_t ceil_div(int64_t a, int64_t b) {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

// The outputs o of dimension d whose tap k falls into the input: begin <= o < end.
struct Reach {
  int64_t begin, end, shift;  // input position = o * stride + shift
};

Reach reach(const Space& s, size_t d, int64_t k) {
  const int64_t shift = k * s.dilation[d] - s.pad[d];
  return {std::min(ceil_div(-shift, s.stride[d]), s.output[d]),
          std::min(ceil_div(s.input[d] - shift, s.stride[d]), s.output[d]), shift};
}

// y += x * weight, for one pair of channels and one tap (kd, kh, kw).
template <typename T>
void add_tap(const Space& s, const std::array<int64_t, 3>& tap, T weight, const T* x, T* y) {
  const Reach deep = reach(s, 0, tap[0]), high = reach(s, 1, tap[1]), wide = reach(s, 2, tap[2]);
  const int64_t stride = s.stride[2];
  for (int64_t d = deep.begin; d < deep.end; ++d) {
    for (int64_t h = high.begin; h < high.end; ++h) {
      const int64_t row =
          (d * s.stride[0] + deep.shift) * s.input[1] + h * s.stride[1] + high.shift;
      const T* from = x + row * s.input[2] + wide.shift;
      T* to = y + (d * s.output[1] + h) * s.output[2];
      if (stride == 1) {
        for (int64_t o = wide.begin; o < wide.end; ++o) to[o] += weight * from[o];
      } else {
        for (int64_t o = wide.begin; o < wide.end; ++o) to[o] += weight * from[o * stride];
      }
    }
  }
}

// The same with input and output exchanged: every input is spread over the outputs it reaches.
template <typename T>
void spread_tap(const Space& s, const std::array<int64_t, 3>& tap, T weight, const T* x, T* y) {
  for (int64_t d = 0; d < s.input[0]; ++d) {
    const int64_t od = d * s.stride[0] + tap[0] * s.dilation[0] - s.pad[0];
    if (od < 0 || od >= s.output[0]) continue;
    for (int64_t h = 0; h < s.input[1]; ++h) {
      const int64_t oh = h * s.stride[1] + tap[1] * s.dilation[1] - s.pad[1];
      if (oh < 0 || oh >= s.output[1]) continue;
      for (int64_t w = 0; w < s.input[2]; ++w) {
        const int64_t ow = w * s.stride[2] + tap[2] * s.dilation[2] - s.pad[2];
        if (ow < 0 || ow >= s.output[2]) continue;
        y[(od * s.output[1] + oh) * s.output[2] + ow] +=
            weight * x[(d * s.input[1] + h) * s.input[2] + w];
      }
    }
  }
}

template <typename F>
void for_each_tap(const Space& s, F f) {
  int64_t n = 0;
  for (int64_t kd = 0; kd < s.kernel[0]; ++kd) {
    for (int64_t kh = 0; kh < s.kernel[1]; ++kh) {
      for (int64_t kw = 0; kw < s.kernel[2]; ++kw) f(std::array<int64_t, 3>{kd, kh, kw}, n++);
    }
  }
}

// A pointwise convolution sees one long row, which is the same sum in faster loops.
Space flattened(Space s) {
  const std::array<int64_t, 3> ones{1, 1, 1}, none{0, 0, 0};
  if (s.kernel != ones || s.stride != ones || s.pad != none || s.pad_end != none) return s;
  const int64_t size = s.input_size();
  s.input = s.output = {1, 1, size};
  return s;
}

struct Channels {
  int64_t batch, input, output, group;
};

}  // namespace

template <typename T>
Filled<T> convolve(const Call& call, const Array<T>& x, const Array<T>& w) {
  const Window window = sliding_window(call.node, x.shape(), kernel_shape(call, &w.shape()));
  const int64_t groups = call.integer("group", 1);
  const Channels c{x.shape()[0], x.shape()[1], w.shape()[0], groups};
  call.require(groups > 0 && c.output % groups == 0 && w.shape()[1] * groups == c.input,
               "its weights do not fit the input's channels and group");
  Filled<T> y{window_shape(x.shape(), c.output, window), {}};
  y.values.assign(static_cast<size_t>(checked_count(call, y.shape)), T{0});
  const Space s = flattened(space_of(call, window, x.shape()));
  const int64_t ins = c.input / groups, outs = c.output / groups;
  for (int64_t n = 0; n < c.batch; ++n) {
    for (int64_t m = 0; m < c.output; ++m) {
      T* out = y.values.data() + (n * c.output + m) * s.output_size();
      for (int64_t i = 0; i < ins; ++i) {
        const T* in = x.data() + (n * c.input + m / outs * ins + i) * s.input_size();
        const T* weights = w.data() + (m * ins + i) * s.kernel_size();
        for_each_tap(s, [&](const auto& tap, int64_t k) { add_tap(s, tap, weights[k], in, out); });
      }
    }
  }
  return y;
}

template <typename T>
Filled<T> convolve_transposed(const Call& call, const Array<T>& x, const Array<T>& w) {
  const Window window = transposed_window(call.node, x.shape(), kernel_shape(call, &w.shape()));
  const int64_t groups = call.integer("group", 1);
  const Channels c{x.shape()[0], x.shape()[1], w.shape()[1] * groups, groups};
  call.require(groups > 0 && w.shape()[0] == c.input && c.input % groups == 0,
               "its weights do not fit the input's channels and group");
  Filled<T> y{window_shape(x.shape(), c.output, window), {}};
  y.values.assign(static_cast<size_t>(checked_count(call, y.shape)), T{0});
  const Space s = space_of(call, window, x.shape());
  const int64_t ins = c.input / groups, outs = c.output / groups;
  for (int64_t n = 0; n < c.batch; ++n) {
    for (int64_t i = 0; i < c.input; ++i) {
      const T* in = x.data() + (n * c.input + i) * s.input_size();
      for (int64_t m = 0; m < outs; ++m) {
        T* out = y.values.data() + (n * c.output + i / ins * outs + m) * s.output_size();
        const T* weights = w.data() + (i * outs + m) * s.kernel_size();
        for_each_tap(s,
                     [&](const auto& tap, int64_t k) { spread_tap(s, tap, weights[k], in, out); });
      }
    }
  }
  return y;
}

template <typename T>
void add_bias(const Call& call, Filled<T>& y, const Array<T>& bias) {
  call.require(bias.size() == y.shape[1], "its bias does not fit the output's channels");
  const Split3 split = split_at(y.shape, 1);
  for (size_t i = 0; i < y.values.size(); ++i) {
    y.values[i] += bias[static_cast<int64_t>(i) / split.inner % split.along];
  }
}

template Filled<float> convolve(const Call&, const Array<float>&, const Array<float>&);
template Filled<double> convolve(const Call&, const Array<double>&, const Array<double>&);
template Filled<int64_t> convolve(const Call&, const Array<int64_t>&, const Array<int64_t>&);
template Filled<float> convolve_transposed(const Call&, const Array<float>&, const Array<float>&);
template Filled<double> convolve_transposed(const Call&, const Array<double>&,
                                            const Array<double>&);
template void add_bias(const Call&, Filled<float>&, const Array<float>&);
template void add_bias(const Call&, Filled<double>&, const Array<double>&);
template void add_bias(const Call&, Filled<int64_t>&, const Array<int64_t>&);

}  // namespace assay
