// SPDX-License-Identifier: MIT
#include "engine/axis_order.h"

#include <algorithm>
#include <numeric>

namespace assay {
namespace {

// Axes [from_begin, from_end) become axes [to_begin, to_end): as few as have equal products.
struct Group {
  size_t from_begin, from_end, to_begin, to_end;
};

std::vector<Group> groups_of(const Shape& from, const Shape& to) {
  std::vector<Group> groups;
  size_t f = 0, t = 0;
  while (f < from.size() || t < to.size()) {
    Group group{f, f, t, t};
    int64_t left = 1, right = 1;
    const auto take = [](const Shape& shape, size_t& next, int64_t& product) {
      product *= shape[next++];
    };
    if (f < from.size()) take(from, f, left);
    if (t < to.size()) take(to, t, right);
    while (left != right) {
      if ((left < right || t == to.size()) && f < from.size())
        take(from, f, left);
      else
        take(to, t, right);
    }
    group.from_end = f;
    group.to_end = t;
    groups.push_back(group);
  }
  return groups;
}

// Where in memory a group stands: at its outermost axis that has elements to step over, or at its
// first; one without axes stands with the one before it.
std::vector<size_t> places_of(const std::vector<Group>& groups, const Shape& shape,
                              const Order& order) {
  std::vector<size_t> places;
  for (const Group& group : groups) {
    const auto in_group = [&](size_t axis) {
      return axis >= group.from_begin && axis < group.from_end;
    };
    auto found = std::ranges::find_if(
        order, [&](size_t axis) { return in_group(axis) && shape[axis] != 1; });
    if (found == order.end()) found = std::ranges::find_if(order, in_group);
    const bool none = found == order.end();
    places.push_back(!none            ? static_cast<size_t>(found - order.begin())
                     : places.empty() ? 0
                                      : places.back());
  }
  return places;
}

}  // namespace

Order plain_order(size_t rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), size_t{0});
  return order;
}

Order channels_last(size_t rank) {
  Order order = plain_order(rank);
  if (rank > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  return order;
}

Shape placed(const Shape& shape, const Order& order) {
  Shape result;
  for (const size_t axis : order) result.push_back(shape[axis]);
  return result;
}

size_t place_of(size_t axis, const Order& order) {
  return static_cast<size_t>(std::ranges::find(order, axis) - order.begin());
}

bool same_sequence(const Shape& shape, const Order& a, const Order& b) {
  const auto sequence = [&](Order order) {
    std::erase_if(order, [&](size_t axis) { return shape[axis] == 1; });
    return order;
  };
  return sequence(a) == sequence(b);
}

std::vector<int32_t> moves(const Order& from, const Order& to) {
  std::vector<int32_t> result;
  for (const size_t axis : to) result.push_back(static_cast<int32_t>(place_of(axis, from)));
  return result;
}

Regrouping regroup(const Shape& from, const Order& order, const Shape& to) {
  const std::vector<Group> groups = groups_of(from, to);
  const std::vector<size_t> places = places_of(groups, from, order);
  std::vector<size_t> sequence = plain_order(groups.size());
  std::ranges::stable_sort(sequence, {}, [&](size_t i) { return places[i]; });
  Regrouping result;
  for (const size_t i : sequence) {
    const Group& group = groups[i];
    for (size_t axis = group.from_begin; axis < group.from_end; ++axis)
      result.before.push_back(axis);
    for (size_t axis = group.to_begin; axis < group.to_end; ++axis) result.after.push_back(axis);
  }
  return result;
}

}  // namespace assay
