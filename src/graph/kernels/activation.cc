// SPDX-License-Identifier: MIT
// Functions of one element.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "graph/kernels/elementwise.h"

namespace assay {

namespace {

using Tensors = std::vector<Tensor>;

// A function of a floating-point number.
template <auto f>
Tensors run_real(const Call& call) {
  const Tensor& data = call.input(0);
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    return {map_elements<decltype(number)>(data, data.dtype, f)};
  });
}

// A function of any number.
template <auto f>
Tensors run_number(const Call& call) {
  const Tensor& data = call.input(0);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    return {map_elements<decltype(number)>(data, data.dtype, f)};
  });
}

// A function with two parameters, read from the attributes alpha and beta (or what `make` names).
struct Parameters {
  float alpha, beta;
};

template <auto parameters, auto f>
Tensors run_parametric(const Call& call) {
  const Tensor& data = call.input(0);
  const Parameters p = parameters(call);
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {map_elements<T>(data, data.dtype, [&](T x) {
      return f(x, static_cast<T>(p.alpha), static_cast<T>(p.beta));
    })};
  });
}

constexpr auto kAbs = [](auto x) { return x < 0 ? static_cast<decltype(x)>(0 - x) : x; };
constexpr auto kNegate = [](auto x) {
  if constexpr (std::is_floating_point_v<decltype(x)>)
    return -x;
  else
    return static_cast<decltype(x)>(uint64_t{0} - static_cast<uint64_t>(x));
};
constexpr auto kSign = [](auto x) { return x > 0 ? 1 : x < 0 ? -1 : 0; };
constexpr auto kRelu = [](auto x) { return x < 0 ? decltype(x){0} : x; };
// Two branches, so that exp never overflows.
constexpr auto kSigmoid = [](auto x) {
  const auto e = std::exp(-std::fabs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
};
constexpr auto kSoftplus = [](auto x) {
  return std::max(x, decltype(x){0}) + std::log1p(std::exp(-std::fabs(x)));
};
constexpr auto kSoftsign = [](auto x) { return x / (1 + std::fabs(x)); };
constexpr auto kHardSwish = [](auto x) {
  using T = decltype(x);
  return x * std::clamp(x / 6 + T(0.5), T{0}, T{1});
};
constexpr auto kMish = [](auto x) { return x * std::tanh(kSoftplus(x)); };
constexpr auto kReciprocal = [](auto x) { return 1 / x; };

constexpr auto kElu = [](auto x, auto alpha, auto) { return x < 0 ? alpha * std::expm1(x) : x; };
constexpr auto kCelu = [](auto x, auto alpha, auto) {
  return x < 0 ? alpha * std::expm1(x / alpha) : x;
};
constexpr auto kSelu = [](auto x, auto alpha, auto gamma) {
  return gamma * (x > 0 ? x : alpha * std::expm1(x));
};
constexpr auto kLeakyRelu = [](auto x, auto alpha, auto) { return x < 0 ? alpha * x : x; };
constexpr auto kThresholdedRelu = [](auto x, auto alpha, auto) {
  return x > alpha ? x : decltype(x){0};
};
constexpr auto kHardSigmoid = [](auto x, auto alpha, auto beta) {
  return std::clamp(alpha * x + beta, decltype(x){0}, decltype(x){1});
};
constexpr auto kSwish = [](auto x, auto alpha, auto) { return x * kSigmoid(alpha * x); };
constexpr auto kShrink = [](auto x, auto bias, auto lambda) {
  return x < -lambda ? x + bias : x > lambda ? x - bias : decltype(x){0};
};

constexpr auto kAlphaOne = [](const Call& c) { return Parameters{c.real("alpha", 1.0f), 0}; };
constexpr auto kAlphaSmall = [](const Call& c) { return Parameters{c.real("alpha", 0.01f), 0}; };
constexpr auto kHardSigmoidDefaults = [](const Call& c) {
  return Parameters{c.real("alpha", 0.2f), c.real("beta", 0.5f)};
};
constexpr auto kSeluDefaults = [](const Call& c) {
  return Parameters{c.real("alpha", 1.67326319217681884765625f),
                    c.real("gamma", 1.05070102214813232421875f)};
};
constexpr auto kShrinkDefaults = [](const Call& c) {
  return Parameters{c.real("bias", 0.0f), c.real("lambd", 0.5f)};
};

Tensors run_gelu(const Call& call) {
  const Tensor& data = call.input(0);
  const bool by_tanh = call.text("approximate", "none") == "tanh";
  return with_float(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    return {map_elements<T>(data, data.dtype, [by_tanh](T x) {
      const T inner = std::sqrt(2 / std::numbers::pi_v<T>) * (x + T(0.044715) * x * x * x);
      return x / 2 * (1 + (by_tanh ? std::tanh(inner) : std::erf(x / std::numbers::sqrt2_v<T>)));
    })};
  });
}

// The bounds are inputs since opset 11, attributes before; the lower one yields when they cross.
Tensors run_clip(const Call& call) {
  const Tensor& data = call.input(0);
  return with_number(data.dtype, call.accumulate, [&](auto number) -> Tensors {
    using T = decltype(number);
    const auto bound = [&](size_t i, const char* key) -> std::vector<T> {
      if (call.has(i) && call.input(i).elements() > 0) return {Array<T>(call.input(i))[0]};
      if (call.node.attributes.contains(key)) return {static_cast<T>(call.real(key, 0))};
      return {};
    };
    const auto low = bound(1, "min"), high = bound(2, "max");
    return {map_elements<T>(data, data.dtype, [&](T x) {
      if (!low.empty() && x < low[0]) x = low[0];
      if (!high.empty() && x > high[0]) x = high[0];
      return x;
    })};
  });
}

constexpr KernelRow kRows[] = {
    {"Abs", run_number<kAbs>},
    {"Acos", run_real<[](auto x) { return std::acos(x); }>},
    {"Acosh", run_real<[](auto x) { return std::acosh(x); }>},
    {"Asin", run_real<[](auto x) { return std::asin(x); }>},
    {"Asinh", run_real<[](auto x) { return std::asinh(x); }>},
    {"Atan", run_real<[](auto x) { return std::atan(x); }>},
    {"Atanh", run_real<[](auto x) { return std::atanh(x); }>},
    {"Ceil", run_real<[](auto x) { return std::ceil(x); }>},
    {"Celu", run_parametric<kAlphaOne, kCelu>},
    {"Clip", run_clip},
    {"Cos", run_real<[](auto x) { return std::cos(x); }>},
    {"Cosh", run_real<[](auto x) { return std::cosh(x); }>},
    {"Elu", run_parametric<kAlphaOne, kElu>},
    {"Erf", run_real<[](auto x) { return std::erf(x); }>},
    {"Exp", run_real<[](auto x) { return std::exp(x); }>},
    {"Floor", run_real<[](auto x) { return std::floor(x); }>},
    {"Gelu", run_gelu},
    {"HardSigmoid", run_parametric<kHardSigmoidDefaults, kHardSigmoid>},
    {"HardSwish", run_real<kHardSwish>},
    {"LeakyRelu", run_parametric<kAlphaSmall, kLeakyRelu>},
    {"Log", run_real<[](auto x) { return std::log(x); }>},
    {"Mish", run_real<kMish>},
    {"Neg", run_number<kNegate>},
    {"Reciprocal", run_real<kReciprocal>},
    {"Relu", run_number<kRelu>},
    {"Round", run_real<[](auto x) { return std::nearbyint(x); }>},
    {"Selu", run_parametric<kSeluDefaults, kSelu>},
    {"Shrink", run_parametric<kShrinkDefaults, kShrink>},
    {"Sigmoid", run_real<kSigmoid>},
    {"Sign", run_number<kSign>},
    {"Sin", run_real<[](auto x) { return std::sin(x); }>},
    {"Sinh", run_real<[](auto x) { return std::sinh(x); }>},
    {"Softplus", run_real<kSoftplus>},
    {"Softsign", run_real<kSoftsign>},
    {"Sqrt", run_real<[](auto x) { return std::sqrt(x); }>},
    {"Swish", run_parametric<kAlphaOne, kSwish>},
    {"Tan", run_real<[](auto x) { return std::tan(x); }>},
    {"Tanh", run_real<[](auto x) { return std::tanh(x); }>},
    {"ThresholdedRelu", run_parametric<kAlphaOne, kThresholdedRelu>},
};

}  // namespace

std::span<const KernelRow> activation_kernels() {
  return kRows;
}

}  // namespace assay
