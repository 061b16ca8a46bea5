// SPDX-License-Identifier: MIT
#include "graph/kernels/einsum.h"

#include <algorithm>

#include "base/error.h"

namespace assay {

namespace {

struct Equation {
  std::vector<std::string> operands;
  std::string result;
  bool explicit_result = false;
};

Equation split(const std::string& equation) {
  Equation parts{{""}, "", false};
  for (size_t i = 0; i < equation.size(); ++i) {
    const char c = equation[i];
    std::string& term = parts.explicit_result ? parts.result : parts.operands.back();
    if (c == ' ') continue;
    if (c == ',') {
      parts.operands.emplace_back();
    } else if (equation.compare(i, 2, "->") == 0 && !parts.explicit_result) {
      parts.explicit_result = true;
      ++i;
    } else if (equation.compare(i, 3, "...") == 0) {
      term += '.';
      i += 2;
    } else if (std::isalpha(static_cast<unsigned char>(c))) {
      term += c;
    } else {
      throw Error("the einsum equation '{}' is malformed", equation);
    }
  }
  return parts;
}

// The ellipsis written out as digits, the last of which is always the last dimension's.
std::string written_out(const std::string& term, size_t dimensions) {
  const size_t dot = term.find('.');
  if (dot == std::string::npos) return term;
  std::string digits;
  for (size_t d = dimensions; d-- > 0;) digits += static_cast<char>('0' + d);
  return term.substr(0, dot) + digits + term.substr(dot + 1);
}

// Labels that appear once, in alphabetical order, after the ellipsis.
std::string implicit_result(const std::vector<std::string>& operands, size_t dimensions) {
  std::map<char, int> seen;
  for (const auto& operand : operands) {
    for (const char label : operand) ++seen[label];
  }
  std::string result = written_out(".", dimensions);
  for (const auto& [label, count] : seen) {
    if (count == 1 && std::isalpha(static_cast<unsigned char>(label))) result += label;
  }
  return result;
}

}  // namespace

std::string Einsum::order() const {
  std::string labels = result;
  for (const auto& [label, size] : sizes) {
    if (labels.find(label) == std::string::npos) labels += label;
  }
  return labels;
}

Einsum parse_einsum(const std::string& equation, const std::vector<Shape>& shapes) {
  const auto misfit = [&] {
    return Error("the einsum equation '{}' does not fit its inputs", equation);
  };
  const Equation parts = split(equation);
  if (parts.operands.size() != shapes.size()) throw misfit();
  Einsum einsum;
  size_t widest = 0;
  for (size_t i = 0; i < shapes.size(); ++i) {
    const std::string& term = parts.operands[i];
    const bool open = term.find('.') != std::string::npos;
    const size_t named = term.size() - open;
    if (shapes[i].size() < named || (!open && shapes[i].size() != named)) throw misfit();
    const size_t dimensions = shapes[i].size() - named;
    if (dimensions > 9) throw misfit();
    widest = std::max(widest, dimensions);
    einsum.operands.push_back(written_out(term, dimensions));
    for (size_t d = 0; d < shapes[i].size(); ++d) {
      int64_t& size = einsum.sizes.emplace(einsum.operands[i][d], 1).first->second;
      if (size != shapes[i][d] && size != 1 && shapes[i][d] != 1) throw misfit();
      if (shapes[i][d] != 1) size = shapes[i][d];
    }
  }
  einsum.result = parts.explicit_result ? written_out(parts.result, widest)
                                        : implicit_result(einsum.operands, widest);
  for (const char label : einsum.result) {
    if (!einsum.sizes.contains(label)) throw misfit();
  }
  return einsum;
}

}  // namespace assay
