// SPDX-License-Identifier: MIT
// Reductions over axes, and orders along one axis.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>

#include "graph/kernels/array.h"
#include "graph/kernels/index.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

struct Axes {
  Shape kept;    // the result with its reduced dimensions as 1
  Shape result;  // without them unless keepdims
  bool nothing = false;
};

Axes reduced_axes(const Call& call, const Shape& shape) {
  const auto axes = axes_of(call, 1);
  Axes reduced;
  reduced.nothing = axes.empty() && call.integer("noop_with_empty_axes", 0) != 0;
  std::vector<bool> drop(shape.size(), axes.empty() && !reduced.nothing);
  for (const int64_t axis : axes) drop[checked_axis(call, axis, shape.size())] = true;
  const bool keep = call.integer("keepdims", 1) != 0;
  for (size_t d = 0; d < shape.size(); ++d) {
    reduced.kept.push_back(drop[d] ? 1 : shape[d]);
    if (keep || !drop[d]) reduced.result.push_back(reduced.kept[d]);
  }
  return reduced;
}

// For each result element: fold the elements that reduce to it, from `start`.
template <typename T, typename F>
std::vector<T> folded(const Array<T>& values, const Shape& kept, T start, F fold) {
  std::vector<T> results(static_cast<size_t>(element_count(kept)), start);
  int64_t i = 0;
  walk<1>(values.shape(), {broadcast_strides(kept, values.shape())}, [&](const auto& at) {
    T& result = results[static_cast<size_t>(at[0])];
    result = fold(result, values[i++]);
  });
  return results;
}

template <typename T>
T lowest() {
  return std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                              : std::numeric_limits<T>::lowest();
}

template <typename T>
T highest() {
  return std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity()
                                              : std::numeric_limits<T>::max();
}

// NaN wins, as in numpy.
constexpr auto kMaximum = [](auto a, auto b) { return a > b || a != a ? a : b; };
constexpr auto kMinimum = [](auto a, auto b) { return a < b || a != a ? a : b; };

// One operator: `reduce` gives the results' values.
template <auto reduce>
Tensors run_reduction(const Call& call) {
  const Tensor& data = call.input(0);
  const Axes axes = reduced_axes(call, data.shape);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    auto values = reduce(Array<T>(data), axes.kept);
    return {to_tensor(data.dtype, axes.result, std::move(values))};
  });
}

constexpr auto kSum = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, T{0}, [](T a, T b) { return static_cast<T>(a + b); });
};
constexpr auto kProduct = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, T{1}, [](T a, T b) { return static_cast<T>(a * b); });
};
constexpr auto kMax = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, lowest<T>(), kMaximum);
};
constexpr auto kMin = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, highest<T>(), kMinimum);
};
constexpr auto kMean = []<typename T>(const Array<T>& x, const Shape& kept) {
  auto sums = kSum(x, kept);
  const auto each = sums.empty() ? 1 : x.size() / static_cast<int64_t>(sums.size());
  for (T& sum : sums) sum = static_cast<T>(sum / static_cast<T>(each));
  return sums;
};
constexpr auto kL1 = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, T{0},
                [](T a, T b) { return static_cast<T>(a + (b < T{0} ? T{0} - b : b)); });
};
constexpr auto kSumSquare = []<typename T>(const Array<T>& x, const Shape& kept) {
  return folded(x, kept, T{0}, [](T a, T b) { return static_cast<T>(a + b * b); });
};
constexpr auto kL2 = []<typename T>(const Array<T>& x, const Shape& kept) {
  auto sums = kSumSquare(x, kept);
  for (T& sum : sums) sum = static_cast<T>(std::sqrt(sum));
  return sums;
};
constexpr auto kLogSum = []<typename T>(const Array<T>& x, const Shape& kept) {
  auto sums = kSum(x, kept);
  for (T& sum : sums) sum = static_cast<T>(std::log(sum));
  return sums;
};
// The maximum is taken out first, so that exp does not overflow.
constexpr auto kLogSumExp = []<typename T>(const Array<T>& x, const Shape& kept) {
  auto tops = kMax(x, kept);
  for (T& top : tops) top = std::isfinite(static_cast<double>(top)) ? top : T{0};
  std::vector<T> sums(tops.size(), T{0});
  int64_t i = 0;
  walk<1>(x.shape(), {broadcast_strides(kept, x.shape())}, [&](const auto& at) {
    const auto k = static_cast<size_t>(at[0]);
    sums[k] += static_cast<T>(std::exp(x[i++] - tops[k]));
  });
  for (size_t k = 0; k < sums.size(); ++k) sums[k] = static_cast<T>(std::log(sums[k]) + tops[k]);
  return sums;
};

// Index of the extreme element along an axis; `better(a, b)` says that a is strictly more extreme.
template <auto better>
Tensors run_arg_extreme(const Call& call) {
  const Tensor& data = call.input(0);
  const size_t axis = checked_axis(call, call.integer("axis", 0), data.shape.size());
  const bool last = call.integer("select_last_index", 0) != 0;
  const Split3 split = split_at(data.shape, axis);
  call.require(split.along > 0, "its axis is empty");
  const Array<double> values(data);
  std::vector<int64_t> winners;
  for (int64_t i = 0; i < split.outer * split.inner; ++i) {
    const int64_t start = i / split.inner * split.along * split.inner + i % split.inner;
    int64_t winner = 0;
    for (int64_t at = 1; at < split.along; ++at) {
      const double held = values[start + winner * split.inner],
                   seen = values[start + at * split.inner];
      if (better(seen, held) || (last && seen == held)) winner = at;
    }
    winners.push_back(winner);
  }
  Shape shape = data.shape;
  shape[axis] = 1;
  if (call.integer("keepdims", 1) == 0)
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  return {make_i64(shape, winners)};
}

constexpr auto kGreater = [](double a, double b) { return a > b; };
constexpr auto kLess = [](double a, double b) { return a < b; };

Tensors run_top_k(const Call& call) {
  const Tensor& data = call.input(0);
  const size_t axis = checked_axis(call, call.integer("axis", -1), data.shape.size());
  const Split3 split = split_at(data.shape, axis);
  const auto k = call.has(1) ? integers(call.input(1)).at(0) : call.integer("k", 1);
  call.require(k >= 0 && k <= split.along, "k is larger than its axis");
  const bool largest = call.integer("largest", 1) != 0;
  Shape shape = data.shape;
  shape[axis] = k;
  const Array<double> values(data);
  std::vector<int64_t> places(static_cast<size_t>(element_count(shape)));
  std::vector<int64_t> sources(places.size());
  for (int64_t i = 0; i < split.outer * split.inner; ++i) {
    const int64_t outer = i / split.inner, inner = i % split.inner;
    const auto source = [&](int64_t at) {
      return (outer * split.along + at) * split.inner + inner;
    };
    auto order = counted(split.along);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      const double left = values[source(a)], right = values[source(b)];
      return largest ? left > right : left < right;
    });
    for (int64_t n = 0; n < k; ++n) {
      const auto at = static_cast<size_t>((outer * k + n) * split.inner + inner);
      places[at] = order[static_cast<size_t>(n)];
      sources[at] = source(places[at]);
    }
  }
  const Tensor top = take(call, viewed(call, data, {data.elements()}), {sources});
  return {viewed(call, top, shape), make_i64(shape, places)};
}

Tensors run_cumulative_sum(const Call& call) {
  const Tensor& data = call.input(0);
  const auto axis = checked_axis(call, integers(call.input(1)).at(0), data.shape.size());
  const bool exclusive = call.integer("exclusive", 0) != 0,
             reverse = call.integer("reverse", 0) != 0;
  const Split3 split = split_at(data.shape, axis);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const Array<T> values(data);
    std::vector<T> sums(static_cast<size_t>(values.size()));
    for (int64_t i = 0; i < split.outer * split.inner; ++i) {
      T sum{0};
      for (int64_t n = 0; n < split.along; ++n) {
        const int64_t step = reverse ? split.along - 1 - n : n;
        const int64_t at = (i / split.inner * split.along + step) * split.inner + i % split.inner;
        if (!exclusive) sum += values[at];
        sums[static_cast<size_t>(at)] = sum;
        if (exclusive) sum += values[at];
      }
    }
    return {to_tensor(data.dtype, data.shape, std::move(sums))};
  });
}

constexpr KernelRow kRows[] = {
    {"ArgMax", run_arg_extreme<kGreater>},
    {"ArgMin", run_arg_extreme<kLess>},
    {"CumSum", run_cumulative_sum},
    {"ReduceL1", run_reduction<kL1>},
    {"ReduceL2", run_reduction<kL2>},
    {"ReduceLogSum", run_reduction<kLogSum>},
    {"ReduceLogSumExp", run_reduction<kLogSumExp>},
    {"ReduceMax", run_reduction<kMax>},
    {"ReduceMean", run_reduction<kMean>},
    {"ReduceMin", run_reduction<kMin>},
    {"ReduceProd", run_reduction<kProduct>},
    {"ReduceSum", run_reduction<kSum>},
    {"ReduceSumSquare", run_reduction<kSumSquare>},
    {"TopK", run_top_k},
};

}  // namespace

std::span<const KernelRow> reduction_kernels() {
  return kRows;
}

}  // namespace assay
