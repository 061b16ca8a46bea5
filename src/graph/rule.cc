// SPDX-License-Identifier: MIT
#include "graph/rule.h"

#include <algorithm>

namespace assay {
namespace {

template <typename To, typename From>
std::vector<To> convert(const Tensor& tensor) {
  const auto values = tensor.as<From>();
  return {values.begin(), values.end()};
}

}  // namespace

const Value& NodeView::input(size_t index) const {
  if (!has(index)) fail("input {} is missing", index);
  return *x_inputs[index];
}

std::optional<std::vector<int64_t>> NodeView::integers(size_t index) const {
  const Value& value = input(index);
  if (!value.constant || value.constant->declared_only()) return std::nullopt;
  if (value.dtype == DType::i64) return convert<int64_t, int64_t>(*value.constant);
  if (value.dtype == DType::i32) return convert<int64_t, int32_t>(*value.constant);
  fail("input {} is {}, but has to be i64", index, name_of(value.dtype));
}

std::optional<std::vector<double>> NodeView::numbers(size_t index) const {
  const Value& value = input(index);
  if (!value.constant || value.constant->declared_only()) return std::nullopt;
  if (value.dtype == DType::f32) return convert<double, float>(*value.constant);
  if (value.dtype == DType::f64) return convert<double, double>(*value.constant);
  if (value.dtype == DType::i64) return convert<double, int64_t>(*value.constant);
  if (value.dtype == DType::i32) return convert<double, int32_t>(*value.constant);
  if (value.dtype == DType::i16) return convert<double, int16_t>(*value.constant);
  return std::nullopt;
}

void NodeView::fail(std::string_view reason) const {
  std::string shapes;
  for (const Value* each : x_inputs) {
    if (!each) continue;
    shapes += shapes.empty() ? " on " : ", ";
    shapes += each->shape ? to_string(*each->shape) : "unknown";
  }
  throw Error("node '{}' ({}){}: {}", x_node.name, x_node.op, shapes, reason);
}

void NodeView::require_rank(size_t index, int64_t at_least) const {
  if (rank(index) < at_least)
    fail("input {} has {} dimensions, but needs {}", index, rank(index), at_least);
}

size_t NodeView::axis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank) fail("axis {} is outside of {} dimensions", axis, rank);
  return static_cast<size_t>(axis < 0 ? axis + rank : axis);
}

std::vector<size_t> NodeView::axes(const std::vector<int64_t>& given, int64_t rank) const {
  std::vector<size_t> result;
  for (int64_t each : given) {
    const size_t index = axis(each, rank);
    if (std::find(result.begin(), result.end(), index) != result.end())
      fail("axis {} is named twice", each);
    result.push_back(index);
  }
  return result;
}

int64_t NodeView::plus(int64_t a, int64_t b) const {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) fail("{} + {} overflows", a, b);
  return sum;
}

int64_t NodeView::times(int64_t a, int64_t b) const {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) fail("{} * {} overflows", a, b);
  return product;
}

Shape NodeView::broadcast(const Shape& a, const Shape& b) const {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  const size_t offset = longer.size() - shorter.size();
  for (size_t i = 0; i < shorter.size(); ++i) {
    int64_t& dimension = result[offset + i];
    if (dimension == 1)
      dimension = shorter[i];
    else if (shorter[i] != 1 && shorter[i] != dimension)
      fail("{} and {} do not broadcast", to_string(a), to_string(b));
  }
  return result;
}

Outputs same_as_first(const NodeView& view) {
  return {{view.dtype(0), view.shape(0)}};
}

}  // namespace assay
