// SPDX-License-Identifier: MIT
// Normalizations. Definitions: the ONNX operators of these names, opset 17
// (GroupNormalization: 18 and 21, RMSNormalization: 23).
#include <algorithm>
#include <cmath>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

template <typename T>
struct Moments {
  T mean{0}, variance{0};
};

// Of `count` values at `at(i)`.
template <typename T, typename At>
Moments<T> moments(const Array<T>& x, int64_t count, At at) {
  Moments<T> m;
  for (int64_t i = 0; i < count; ++i) m.mean += x[at(i)];
  m.mean /= static_cast<T>(count);
  for (int64_t i = 0; i < count; ++i) {
    const T deviation = x[at(i)] - m.mean;
    m.variance += deviation * deviation;
  }
  m.variance /= static_cast<T>(count);
  return m;
}

template <typename T>
T inverse_deviation(const Call& call, T variance) {
  return 1 / std::sqrt(variance + static_cast<T>(call.real("epsilon", 1e-5f)));
}

// Scale, bias, mean and variance per channel; in training the batch's own, and the running ones are
// moved towards them.
Tensors run_batch_normalization(const Call& call) {
  const Tensor& data = call.input(0);
  call.require(data.shape.size() >= 2, "it takes at least two dimensions");
  const bool training = call.integer("training_mode", 0) != 0;
  const Split3 split = split_at(data.shape, 1);
  for (size_t i = 1; i < 5; ++i) {
    call.require(call.input(i).elements() == split.along, "its inputs do not fit the channels");
  }
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data), scale(call.input(1)), bias(call.input(2));
    const Array<T> old_mean(call.input(3)), old_variance(call.input(4));
    const T momentum = static_cast<T>(call.real("momentum", 0.9f));
    std::vector<T> y(static_cast<size_t>(x.size())), means, variances;
    for (int64_t c = 0; c < split.along; ++c) {
      const auto at = [&](int64_t i) {
        return (i / split.inner * split.along + c) * split.inner + i % split.inner;
      };
      const int64_t count = split.outer * split.inner;
      const Moments<T> m =
          training ? moments(x, count, at) : Moments<T>{old_mean[c], old_variance[c]};
      const T factor = scale[c] * inverse_deviation(call, m.variance);
      for (int64_t i = 0; i < count; ++i) {
        y[static_cast<size_t>(at(i))] = (x[at(i)] - m.mean) * factor + bias[c];
      }
      means.push_back(old_mean[c] * momentum + m.mean * (1 - momentum));
      variances.push_back(old_variance[c] * momentum + m.variance * (1 - momentum));
    }
    return {to_tensor(data.dtype, data.shape, std::move(y)),
            to_tensor(call.input(3).dtype, {split.along}, std::move(means)),
            to_tensor(call.input(4).dtype, {split.along}, std::move(variances))};
  });
}

// Consecutive blocks of `size` elements, each with its own mean and variance: calls
// put(i, normalized element), and done(mean, inverse deviation) after each block.
template <typename T, typename F, typename G>
void normalize_blocks(const Call& call, const Array<T>& x, int64_t size, F put, G done) {
  for (int64_t start = 0; size > 0 && start < x.size(); start += size) {
    const Moments<T> m = moments(x, size, [start](int64_t i) { return start + i; });
    const T inverse = inverse_deviation(call, m.variance);
    for (int64_t i = 0; i < size; ++i) put(start + i, (x[start + i] - m.mean) * inverse);
    done(m.mean, inverse);
  }
}

// The values of input i repeated over `shape`; `otherwise` everywhere when it is left out.
template <typename T>
std::vector<T> spread(const Call& call, size_t i, const Shape& shape, T otherwise) {
  if (!call.has(i)) return std::vector<T>(static_cast<size_t>(element_count(shape)), otherwise);
  const Array<T> values(call.input(i));
  call.require(broadcast(call, values.shape(), shape) == shape, "its scale or bias does not fit");
  std::vector<T> result;
  walk<1>(shape, {broadcast_strides(values.shape(), shape)},
          [&](const auto& at) { result.push_back(values[at[0]]); });
  return result;
}

Tensors run_layer_normalization(const Call& call) {
  const Tensor& data = call.input(0);
  const size_t axis = checked_axis(call, call.integer("axis", -1), data.shape.size());
  const Split3 split = split_at(data.shape, axis);
  const int64_t size = split.along * split.inner;
  Shape outer = data.shape;
  std::fill(outer.begin() + static_cast<std::ptrdiff_t>(axis), outer.end(), 1);
  const Shape inner(data.shape.begin() + static_cast<std::ptrdiff_t>(axis), data.shape.end());
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data);
    const auto scale = spread(call, 1, inner, T{1}), bias = spread(call, 2, inner, T{0});
    std::vector<T> y, means, inverses;
    const auto put = [&](int64_t i, T value) {
      const auto k = static_cast<size_t>(i % size);
      y.push_back(value * scale[k] + bias[k]);
    };
    normalize_blocks(call, x, size, put, [&](T mean, T inverse) {
      means.push_back(mean);
      inverses.push_back(inverse);
    });
    const DType stash = call.integer("stash_type", 1) == 1 ? DType::f32 : data.dtype;
    return {to_tensor(data.dtype, data.shape, std::move(y)),
            to_tensor(stash, outer, std::move(means)),
            to_tensor(stash, outer, std::move(inverses))};
  });
}

// Groups of channels of one image; scale and bias per channel, or per group (opset 18).
Tensors normalize_groups(const Call& call, int64_t groups) {
  const Tensor& data = call.input(0);
  call.require(data.shape.size() >= 2, "it takes at least two dimensions");
  const Split3 split = split_at(data.shape, 1);
  call.require(groups > 0 && split.along % groups == 0, "its groups do not divide the channels");
  const int64_t per_group = split.along / groups;
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data), scale(call.input(1)), bias(call.input(2));
    call.require(
        scale.size() == bias.size() && (scale.size() == split.along || scale.size() == groups),
        "its scale does not fit the channels");
    std::vector<T> y(static_cast<size_t>(x.size()));
    const auto put = [&](int64_t i, T value) {
      const int64_t channel = i / split.inner % split.along;
      const int64_t k = scale.size() == split.along ? channel : channel / per_group;
      y[static_cast<size_t>(i)] = value * scale[k] + bias[k];
    };
    normalize_blocks(call, x, per_group * split.inner, put, [](T, T) {});
    return {to_tensor(data.dtype, data.shape, std::move(y))};
  });
}

Tensors run_instance_normalization(const Call& call) {
  call.require(call.input(0).shape.size() >= 2, "it takes at least two dimensions");
  return normalize_groups(call, call.input(0).shape[1]);
}

Tensors run_group_normalization(const Call& call) {
  return normalize_groups(call, call.integer("num_groups", 1));
}

Tensors run_rms_normalization(const Call& call) {
  const Tensor &data = call.input(0), &scales = call.input(1);
  const size_t axis = checked_axis(call, call.integer("axis", -1), data.shape.size());
  const Split3 split = split_at(data.shape, axis);
  const int64_t size = split.along * split.inner;
  call.require(broadcast(call, scales.shape, data.shape) == data.shape, "its scale does not fit");
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data), scale(scales);
    std::vector<T> squares(static_cast<size_t>(split.outer), T{0}), y;
    for (int64_t i = 0; i < x.size(); ++i) squares[static_cast<size_t>(i / size)] += x[i] * x[i];
    walk<1>(data.shape, {broadcast_strides(scales.shape, data.shape)}, [&](const auto& at) {
      const auto i = static_cast<int64_t>(y.size());
      const T mean = squares[static_cast<size_t>(i / size)] / static_cast<T>(size);
      y.push_back(x[i] * inverse_deviation(call, mean) * scale[at[0]]);
    });
    return {to_tensor(data.dtype, data.shape, std::move(y))};
  });
}

// Divides by (bias + alpha / size * sum of squares over neighbouring channels) ^ beta.
Tensors run_lrn(const Call& call) {
  const Tensor& data = call.input(0);
  call.require(data.shape.size() >= 2, "it takes at least two dimensions");
  const Split3 split = split_at(data.shape, 1);
  const int64_t size = call.integer("size", 1);
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const T alpha = static_cast<T>(call.real("alpha", 1e-4f)) / static_cast<T>(size);
    const T beta = static_cast<T>(call.real("beta", 0.75f)),
            bias = static_cast<T>(call.real("bias", 1));
    const Array<T> x(data);
    std::vector<T> y(static_cast<size_t>(x.size()));
    for (int64_t i = 0; i < x.size(); ++i) {
      const int64_t channel = i / split.inner % split.along, base = i - channel * split.inner;
      const int64_t first = std::max<int64_t>(channel - (size - 1) / 2, 0);
      const int64_t last = std::min(channel + size / 2, split.along - 1);
      T sum{0};
      for (int64_t c = first; c <= last; ++c)
        sum += x[base + c * split.inner] * x[base + c * split.inner];
      y[static_cast<size_t>(i)] = x[i] / std::pow(bias + alpha * sum, beta);
    }
    return {to_tensor(data.dtype, data.shape, std::move(y))};
  });
}

// (x - mean) / (deviation + 1e-9) over the axes.
Tensors run_mean_variance_normalization(const Call& call) {
  const Tensor& data = call.input(0);
  Shape kept = data.shape;
  for (const int64_t axis : call.node.attribute("axes", std::vector<int64_t>{0, 2, 3})) {
    kept[checked_axis(call, axis, kept.size())] = 1;
  }
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> x(data);
    const auto groups = static_cast<size_t>(element_count(kept));
    const T each = static_cast<T>(x.size()) / static_cast<T>(groups);
    const Strides strides = broadcast_strides(kept, data.shape);
    std::vector<T> means(groups, T{0}), variances(groups, T{0}), y;
    int64_t i = 0;
    walk<1>(data.shape, {strides},
            [&](const auto& at) { means[static_cast<size_t>(at[0])] += x[i++] / each; });
    i = 0;
    walk<1>(data.shape, {strides}, [&](const auto& at) {
      const T deviation = x[i++] - means[static_cast<size_t>(at[0])];
      variances[static_cast<size_t>(at[0])] += deviation * deviation / each;
    });
    i = 0;
    walk<1>(data.shape, {strides}, [&](const auto& at) {
      const auto k = static_cast<size_t>(at[0]);
      y.push_back((x[i++] - means[k]) / (std::sqrt(variances[k]) + static_cast<T>(1e-9)));
    });
    return {to_tensor(data.dtype, data.shape, std::move(y))};
  });
}

constexpr KernelRow kRows[] = {
    {"BatchNormalization", run_batch_normalization},
    {"GroupNormalization", run_group_normalization},
    {"InstanceNormalization", run_instance_normalization},
    {"LRN", run_lrn},
    {"LayerNormalization", run_layer_normalization},
    {"MeanVarianceNormalization", run_mean_variance_normalization},
    {"RMSNormalization", run_rms_normalization},
};

}  // namespace

std::span<const KernelRow> normalization_kernels() {
  return kRows;
}

}  // namespace assay
