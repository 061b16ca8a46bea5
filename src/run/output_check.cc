// SPDX-License-Identifier: MIT
#include "run/output_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace assay {
namespace {

using Values = std::vector<double>;

// Outputs whose values lie within this share of the largest are all the same.
constexpr double kConstantSpread = 1e-3;

double largest(const Values& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

double largest_difference(const Values& a, const Values& b) {
  double result = 0;
  for (size_t i = 0; i < a.size(); ++i) result = std::max(result, std::abs(a[i] - b[i]));
  return result;
}

double cosine_of_changes(const Values& y1, const Values& y2, const Values& r1, const Values& r2) {
  double product = 0, y_square = 0, r_square = 0;
  for (size_t i = 0; i < y1.size(); ++i) {
    const double y = y1[i] - y2[i], r = r1[i] - r2[i];
    product += y * r;
    y_square += y * y;
    r_square += r * r;
  }
  return y_square > 0 && r_square > 0 ? product / std::sqrt(y_square * r_square) : 0;
}

std::optional<std::string> not_finite(const Tensors& outputs) {
  for (const auto& [name, tensor] : outputs) {
    const Values values = values_of(tensor);
    const auto bad =
        std::ranges::count_if(values, [](double value) { return !std::isfinite(value); });
    if (bad > 0)
      return fmt::format("output '{}': {} of {} values are not finite", name, bad, values.size());
  }
  return std::nullopt;
}

std::optional<std::string> shape_problem(const Tensors& outputs, const Tensors& reference) {
  for (const auto& [name, expected] : reference) {
    const auto found = outputs.find(name);
    if (found == outputs.end()) return fmt::format("output '{}' is missing", name);
    if (found->second.shape != expected.shape)
      return fmt::format("output '{}' is {}, the reference {}", name,
                         to_string(found->second.shape), to_string(expected.shape));
  }
  return std::nullopt;
}

bool all_the_same(const Tensors& outputs) {
  return !outputs.empty() && std::ranges::all_of(outputs, [](const auto& item) {
    const Values values = values_of(item.second);
    if (values.size() < 2) return false;
    const auto [low, high] = std::ranges::minmax_element(values);
    return *high - *low <= kConstantSpread * largest(values);
  });
}

// The worst error over the outputs that move by more than their own rounding could; nothing when
// none does.
std::optional<double> worst_error(const Computed& computed, const ReferenceOutputs& reference,
                                  const CheckLimits& limits, bool by_cosine) {
  std::optional<double> worst;
  for (const auto& [name, first] : reference.first) {
    if (!is_floating(first.dtype)) continue;
    const Values r1 = values_of(first), r2 = values_of(reference.second.at(name));
    const double movement = largest_difference(r1, r2);
    const auto scale = reference.scales.find(name);
    const double size = std::max(largest(r1), scale == reference.scales.end() ? 0 : scale->second);
    if (movement * limits.tolerance <= limits.roundoff * size) continue;
    const Values y = values_of(computed.first.at(name));
    const double error = by_cosine
                             ? 1 - cosine_of_changes(y, values_of(computed.second.at(name)), r1, r2)
                             : largest_difference(y, r1) / movement;
    worst = std::max(worst.value_or(0), error);
  }
  return worst;
}

CheckedOutput wrong(const std::string& reason) {
  CheckedOutput result;
  result.failure = Failure{Outcome::wrong_output, reason};
  return result;
}

// Operators that move values without computing with them.
constexpr std::array<std::string_view, 8> kMovers{"Identity", "Reshape",   "Transpose", "Flatten",
                                                  "Squeeze",  "Unsqueeze", "Slice",     "Concat"};

bool comes_from_a_sigmoid(const Graph& graph, ValueId id) {
  while (id != kNoValue && graph.value(id).producer != kNoNode) {
    const Node& node = graph.node(graph.value(id).producer);
    if (node.op == "Sigmoid" || node.op == "HardSigmoid" || node.op == "Tanh") return true;
    if (std::ranges::find(kMovers, node.op) == kMovers.end() || node.inputs.empty()) return false;
    id = node.inputs.front();
  }
  return false;
}

}  // namespace

std::map<std::string, double> output_scales(const Graph& graph) {
  std::map<std::string, double> scales;
  for (const ValueId id : graph.outputs())
    if (comes_from_a_sigmoid(graph, id)) scales[graph.value(id).name] = 1;
  return scales;
}

std::optional<CheckLimits> check_limits(const std::string& precision) {
  if (precision == "fp32") return CheckLimits{1e-3, 0, 0x1p-24};
  if (precision == "tf32") return CheckLimits{0.1, 0, 0x1p-11};
  if (precision == "fp16") return CheckLimits{0.1, 5e-4, 0x1p-11};
  if (precision == "bf16") return CheckLimits{0.5, 5e-3, 0x1p-8};
  if (precision == "int8") return CheckLimits{0.1, 0, 0x1p-8};
  return std::nullopt;
}

CheckedOutput check_output(const Computed& computed, const ReferenceOutputs* reference,
                           const std::string& precision) {
  CheckedOutput result;
  const auto limits = check_limits(precision);
  const bool reference_is_sound = reference && !not_finite(reference->first);
  if (reference)
    if (const auto problem = shape_problem(computed.first, reference->first))
      return wrong(*problem);
  if (!reference || reference_is_sound)
    if (const auto problem = not_finite(computed.first)) return wrong(*problem);
  if (all_the_same(computed.first)) result.doubts.push_back(Doubt::mostly_constant_output);

  const bool by_cosine = precision == "int8";
  std::optional<double> error;
  if (reference_is_sound && limits && (!by_cosine || !computed.second.empty()))
    error = worst_error(computed, *reference, *limits, by_cosine);
  if (!error) {
    result.doubts.push_back(Doubt::unchecked_output);
    return result;
  }
  const bool passed = *error <= limits->tolerance;
  result.check = OutputCheck{reference->name, *error, limits->tolerance, passed};
  if (!passed)
    result.failure = Failure{
        Outcome::wrong_output,
        fmt::format("the output differs from {} by {:.3g}{}, more than {:.3g}", reference->name,
                    *error, by_cosine ? " (1 - cosine)" : " of what it moves between two inputs",
                    limits->tolerance)};
  if (*error < limits->too_exact) result.doubts.push_back(Doubt::precision_mismatch);
  return result;
}

}  // namespace assay
