// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>

#include "graph/rule.h"

namespace assay {
namespace {

// NumPy's matmul: a vector on the left is a row, on the right a column, and loses that dimension.
Shape product(const NodeView& view, size_t left, size_t right) {
  view.require_rank(left, 1);
  view.require_rank(right, 1);
  Shape a = view.shape(left), b = view.shape(right);
  const bool row = a.size() == 1, column = b.size() == 1;
  if (row) a.insert(a.begin(), 1);
  if (column) b.push_back(1);
  const int64_t inner = a.back();
  if (inner != b[b.size() - 2])
    view.fail("the inner dimensions {} and {} differ", inner, b[b.size() - 2]);
  Shape result = view.broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
  if (!row) result.push_back(a[a.size() - 2]);
  if (!column) result.push_back(b.back());
  return result;
}

Outputs matmul(const NodeView& view) {
  return {{view.dtype(0), product(view, 0, 1)}};
}

Outputs matmul_integer(const NodeView& view) {
  return {{DType::i32, product(view, 0, 1)}};
}

Outputs qlinear_matmul(const NodeView& view) {
  return {{view.dtype(7), product(view, 0, 3)}};
}

Outputs gemm(const NodeView& view) {
  if (view.rank(0) != 2 || view.rank(1) != 2) view.fail("both factors are matrices");
  const bool turn_a = view.node().attribute("transA", int64_t{0}) != 0;
  const bool turn_b = view.node().attribute("transB", int64_t{0}) != 0;
  const Shape &a = view.shape(0), &b = view.shape(1);
  const int64_t inner_a = a[turn_a ? 0 : 1], inner_b = b[turn_b ? 1 : 0];
  if (inner_a != inner_b) view.fail("the inner dimensions {} and {} differ", inner_a, inner_b);
  Shape result = {a[turn_a ? 1 : 0], b[turn_b ? 0 : 1]};
  if (view.has(2) && view.broadcast(result, view.shape(2)) != result)
    view.fail("the bias {} does not broadcast to {}", to_string(view.shape(2)), to_string(result));
  return {{view.dtype(0), std::move(result)}};
}

// One operand of an equation: its letters with "..." expanded to '0', '1', ... from the right.
std::string letters_of(const NodeView& view, std::string_view term, int64_t rank, int64_t& hidden) {
  const size_t dots = term.find("...");
  if (dots == std::string_view::npos) return std::string(term);
  if (rank >= 0) hidden = rank - static_cast<int64_t>(term.size()) + 3;
  if (hidden < 0 || hidden > 10) view.fail("the equation does not fit an operand's rank");
  std::string expanded(term.substr(0, dots));
  for (int64_t i = hidden; i-- > 0;) expanded += static_cast<char>('0' + i);
  return expanded += term.substr(dots + 3);
}

std::vector<std::string> terms_of(std::string_view side) {
  std::vector<std::string> terms(1);
  for (char c : side) {
    if (c == ',')
      terms.emplace_back();
    else
      terms.back() += c;
  }
  return terms;
}

std::string implicit_output(const std::vector<std::string>& operands) {
  std::map<char, int> counts;
  for (const std::string& each : operands)
    for (char c : each) ++counts[c];
  std::string hidden, letters;
  for (auto [c, count] : counts) {
    if (c >= '0' && c <= '9')
      hidden.insert(hidden.begin(), c);
    else if (count == 1)
      letters += c;
  }
  return hidden + letters;
}

Outputs einsum(const NodeView& view) {
  std::string equation = view.node().attribute("equation", "");
  std::erase(equation, ' ');
  const size_t arrow = equation.find("->");
  std::vector<std::string> operands = terms_of(std::string_view(equation).substr(0, arrow));
  if (operands.size() != view.input_count())
    view.fail("the equation '{}' has {} operands, the node {}", equation, operands.size(),
              view.input_count());
  std::map<char, int64_t> sizes;
  int64_t most_hidden = 0;
  for (size_t i = 0; i < operands.size(); ++i) {
    int64_t hidden = 0;
    operands[i] = letters_of(view, operands[i], view.rank(i), hidden);
    most_hidden = std::max(most_hidden, hidden);
    if (operands[i].size() != view.shape(i).size())
      view.fail("the equation '{}' does not fit the rank of input {}", equation, i);
    for (size_t d = 0; d < operands[i].size(); ++d) {
      int64_t& size = sizes.emplace(operands[i][d], view.shape(i)[d]).first->second;
      if (size == 1) size = view.shape(i)[d];
      if (view.shape(i)[d] != size && view.shape(i)[d] != 1)
        view.fail("'{}' is both {} and {} in '{}'", operands[i][d], size, view.shape(i)[d],
                  equation);
    }
  }
  const std::string output =
      arrow == std::string::npos
          ? implicit_output(operands)
          : letters_of(view, std::string_view(equation).substr(arrow + 2), -1, most_hidden);
  Shape shape;
  for (char c : output) {
    if (!sizes.contains(c)) view.fail("'{}' of '{}' is in no operand", c, equation);
    shape.push_back(sizes[c]);
  }
  return {{view.dtype(0), std::move(shape)}};
}

constexpr auto kRules = std::to_array<NamedRule>({
    {"Einsum", einsum},
    {"Gemm", gemm},
    {"MatMul", matmul},
    {"MatMulInteger", matmul_integer},
    {"QLinearMatMul", qlinear_matmul},
});

}  // namespace

std::span<const NamedRule> matrix_rules() {
  return kRules;
}

}  // namespace assay
