// SPDX-License-Identifier: MIT
// Comparison, logic and choice.
#include <cmath>

#include "graph/kernels/elementwise.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

template <auto f>
Tensors run_comparison(const Call& call) {
  const Tensor &a = call.input(0), &b = call.input(1);
  call.require(a.dtype == b.dtype, "its inputs differ in type");
  return with_number(a.dtype, Accumulate::f64, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {zip_elements<T, int64_t>(call, a, b, DType::boolean, f)};
  });
}

// Bit by bit on int64, which for booleans is logic.
template <auto f>
Tensors run_bitwise(const Call& call) {
  const Tensor &a = call.input(0), &b = call.input(1);
  return {zip_elements<int64_t, int64_t>(call, a, b, a.dtype, f)};
}

Tensors run_not(const Call& call) {
  return {map_elements<int64_t>(call.input(0), DType::boolean, [](int64_t x) { return x == 0; })};
}

Tensors run_bitwise_not(const Call& call) {
  return {map_elements<int64_t>(call.input(0), call.input(0).dtype, [](int64_t x) { return ~x; })};
}

Tensors run_is_nan(const Call& call) {
  return {
      map_elements<double>(call.input(0), DType::boolean, [](double x) { return std::isnan(x); })};
}

Tensors run_is_inf(const Call& call) {
  const bool positive = call.integer("detect_positive", 1) != 0;
  const bool negative = call.integer("detect_negative", 1) != 0;
  return {map_elements<double>(call.input(0), DType::boolean, [&](double x) {
    return std::isinf(x) && (x > 0 ? positive : negative);
  })};
}

Tensors run_where(const Call& call) {
  const Tensor &condition = call.input(0), &yes = call.input(1), &no = call.input(2);
  call.require(yes.dtype == no.dtype, "its choices differ in type");
  const Shape shape = broadcast(call, broadcast(call, condition.shape, yes.shape), no.shape);
  const size_t size = size_of(yes.dtype);
  std::vector<std::byte> chosen;
  chosen.reserve(static_cast<size_t>(checked_count(call, shape)) * size);
  const Array<int64_t> conditions(condition);
  walk<3>(shape,
          {broadcast_strides(condition.shape, shape), broadcast_strides(yes.shape, shape),
           broadcast_strides(no.shape, shape)},
          [&](const auto& at) {
            const bool is_yes = conditions[at[0]] != 0;
            const auto element =
                (is_yes ? yes : no)
                    .raw()
                    .subspan(static_cast<size_t>(is_yes ? at[1] : at[2]) * size, size);
            chosen.insert(chosen.end(), element.begin(), element.end());
          });
  return {make_tensor(yes.dtype, shape, chosen)};
}

constexpr auto kEqual = [](auto a, auto b) { return a == b; };
constexpr auto kGreater = [](auto a, auto b) { return a > b; };
constexpr auto kGreaterOrEqual = [](auto a, auto b) { return a >= b; };
constexpr auto kLess = [](auto a, auto b) { return a < b; };
constexpr auto kLessOrEqual = [](auto a, auto b) { return a <= b; };
constexpr auto kAnd = [](int64_t a, int64_t b) { return a & b; };
constexpr auto kOr = [](int64_t a, int64_t b) { return a | b; };
constexpr auto kXor = [](int64_t a, int64_t b) { return a ^ b; };

constexpr KernelRow kRows[] = {
    {"And", run_bitwise<kAnd>},
    {"BitwiseAnd", run_bitwise<kAnd>},
    {"BitwiseNot", run_bitwise_not},
    {"BitwiseOr", run_bitwise<kOr>},
    {"BitwiseXor", run_bitwise<kXor>},
    {"Equal", run_comparison<kEqual>},
    {"Greater", run_comparison<kGreater>},
    {"GreaterOrEqual", run_comparison<kGreaterOrEqual>},
    {"IsInf", run_is_inf},
    {"IsNaN", run_is_nan},
    {"Less", run_comparison<kLess>},
    {"LessOrEqual", run_comparison<kLessOrEqual>},
    {"Not", run_not},
    {"Or", run_bitwise<kOr>},
    {"Where", run_where},
    {"Xor", run_bitwise<kXor>},
};

}  // namespace

std::span<const KernelRow> comparison_kernels() {
  return kRows;
}

}  // namespace assay
