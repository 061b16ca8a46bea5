// SPDX-License-Identifier: MIT
// Arithmetic with broadcasting. Integers wrap around as two's complement does; dividing one by 0 is
// an Error.
#include <cmath>
#include <type_traits>

#include "graph/kernels/elementwise.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// a op b in unsigned arithmetic when T is an integer, so that overflow wraps.
template <typename T, typename F>
T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(f(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
  } else {
    return f(a, b);
  }
}

constexpr auto kAdd = [](const Call&, auto a, auto b) {
  return wrapping(a, b, [](auto x, auto y) { return x + y; });
};
constexpr auto kSubtract = [](const Call&, auto a, auto b) {
  return wrapping(a, b, [](auto x, auto y) { return x - y; });
};
constexpr auto kMultiply = [](const Call&, auto a, auto b) {
  return wrapping(a, b, [](auto x, auto y) { return x * y; });
};

constexpr auto kDivide = [](const Call& call, auto a, auto b) {
  if constexpr (std::is_integral_v<decltype(a)>) {
    call.require(b != 0, "an integer is divided by 0");
    if (std::is_signed_v<decltype(b)> && b == static_cast<decltype(b)>(-1)) {
      return kSubtract(call, decltype(a){0}, a);
    }
  }
  return static_cast<decltype(a)>(a / b);
};

// fmod=1 takes the dividend's sign, otherwise the divisor's.
constexpr auto kModulo = [](const Call& call, auto a, auto b) {
  const bool as_c = call.integer("fmod", 0) != 0;
  if constexpr (std::is_integral_v<decltype(a)>) {
    call.require(b != 0, "an integer is divided by 0");
    if (std::is_signed_v<decltype(b)> && b == static_cast<decltype(b)>(-1)) return decltype(a){0};
    const auto rest = static_cast<decltype(a)>(a % b);
    return !as_c && rest != 0 && (rest < 0) != (b < 0) ? static_cast<decltype(a)>(rest + b) : rest;
  } else {
    const auto rest = std::fmod(a, b);
    return !as_c && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }
};

// NaN wins, as in numpy.
constexpr auto kMinimum = [](const Call&, auto a, auto b) { return a < b || a != a ? a : b; };
constexpr auto kMaximum = [](const Call&, auto a, auto b) { return a > b || a != a ? a : b; };

constexpr auto kShiftLeft = [](uint64_t a, uint64_t b) { return b > 63 ? 0 : a << b; };
constexpr auto kShiftRight = [](uint64_t a, uint64_t b) { return b > 63 ? 0 : a >> b; };

template <auto f>
Tensor binary(const Call& call, const Tensor& a, const Tensor& b) {
  call.require(a.dtype == b.dtype, "its inputs differ in type");
  return with_number(a.dtype, call.accumulate, [&](auto number) {
    using T = decltype(number);
    return zip_elements<T, T>(call, a, b, a.dtype, [&](T x, T y) { return f(call, x, y); });
  });
}

template <auto f>
Tensors run_binary(const Call& call) {
  return {binary<f>(call, call.input(0), call.input(1))};
}

template <auto f>
Tensors run_variadic(const Call& call) {
  Tensor result = call.input(0);
  for (size_t i = 1; i < call.inputs.size(); ++i) result = binary<f>(call, result, call.input(i));
  return {result};
}

Tensors run_mean(const Call& call) {
  const Tensor sum = run_variadic<kAdd>(call)[0];
  const auto count = static_cast<double>(call.inputs.size());
  return with_float(sum.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {map_elements<T>(sum, sum.dtype, [&](T x) { return x / static_cast<T>(count); })};
  });
}

// Base and exponent may differ in type; the result has the base's.
Tensors run_power(const Call& call) {
  const Tensor &base = call.input(0), &exponent = call.input(1);
  const bool whole = !is_floating(base.dtype) && !is_floating(exponent.dtype);
  if (whole) {
    return {
        zip_elements<int64_t, int64_t>(call, base, exponent, base.dtype, [&](int64_t x, int64_t n) {
          if (n < 0)
            return x == 1 ? int64_t{1} : x == -1 ? (n % 2 ? int64_t{-1} : int64_t{1}) : int64_t{0};
          int64_t power = 1;
          for (; n > 0; n /= 2, x = kMultiply(call, x, x)) {
            if (n % 2) power = kMultiply(call, power, x);
          }
          return power;
        })};
  }
  const DType wide = is_floating(base.dtype) ? base.dtype : DType::f64;
  return with_float(wide, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {zip_elements<T, T>(call, base, exponent, base.dtype,
                               [](T x, T y) { return std::pow(x, y); })};
  });
}

Tensors run_bit_shift(const Call& call) {
  const Tensor &a = call.input(0), &b = call.input(1);
  const bool left = call.text("direction", "LEFT") == "LEFT";
  return {zip_elements<uint64_t, uint64_t>(call, a, b, a.dtype, [left](uint64_t x, uint64_t n) {
    return left ? kShiftLeft(x, n) : kShiftRight(x, n);
  })};
}

// The slope is broadcast to the input, never the other way round.
Tensors run_prelu(const Call& call) {
  const Tensor &data = call.input(0), &slope = call.input(1);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {zip_elements<T, T>(call, data, slope, data.dtype,
                               [](T x, T s) { return x < T{0} ? static_cast<T>(x * s) : x; })};
  });
}

constexpr KernelRow kRows[] = {
    {"Add", run_binary<kAdd>},
    {"BitShift", run_bit_shift},
    {"Div", run_binary<kDivide>},
    {"Max", run_variadic<kMaximum>},
    {"Mean", run_mean},
    {"Min", run_variadic<kMinimum>},
    {"Mod", run_binary<kModulo>},
    {"Mul", run_binary<kMultiply>},
    {"PRelu", run_prelu},
    {"Pow", run_power},
    {"Sub", run_binary<kSubtract>},
    {"Sum", run_variadic<kAdd>},
};

}  // namespace

std::span<const KernelRow> arithmetic_kernels() {
  return kRows;
}

}  // namespace assay
