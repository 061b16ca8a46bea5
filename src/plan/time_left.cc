// SPDX-License-Identifier: MIT
#include "plan/time_left.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace assay {
namespace {

// A factor that was seen this often counts half.
constexpr double kHalfTrusted = 1;
constexpr int kPasses = 20;  // of fitting engines and models in turns

using Factors = std::map<std::string, double>;  // logarithms

struct Seen {
  const CellGuess* cell;
  double log_ratio;
};

// What is left of the ratios when the other factors are taken away, averaged by name.
void fit(Factors& own, const Factors& other, const std::vector<Seen>& seen, double common,
         std::string CellGuess::*name, std::string CellGuess::*other_name) {
  std::map<std::string, std::pair<double, double>> sums;
  for (const Seen& each : seen) {
    auto& [sum, count] = sums[each.cell->*name];
    sum += each.log_ratio - common - other.at(each.cell->*other_name);
    ++count;
  }
  for (const auto& [key, sum] : sums) own[key] = sum.first / (sum.second + kHalfTrusted);
}

double factor(const Factors& factors, const std::string& name) {
  const auto found = factors.find(name);
  return found == factors.end() ? 0 : found->second;
}

}  // namespace

TimeLeft::TimeLeft(std::vector<CellGuess> cells)
    : x_cells(std::move(cells)), x_took(x_cells.size()) {
  for (const CellGuess& cell : x_cells) ASSAY_CHECK(cell.seconds > 0);
}

void TimeLeft::took(size_t index, double seconds) {
  x_took.at(index) = std::max(seconds, 1e-3);
}

double TimeLeft::seconds() const {
  std::vector<Seen> seen;
  Factors engines, models;
  for (size_t i = 0; i < x_cells.size(); ++i)
    if (x_took[i] > 0) {
      seen.push_back({&x_cells[i], std::log(x_took[i] / x_cells[i].seconds)});
      engines[x_cells[i].engine] = models[x_cells[i].model] = 0;
    }
  double common = 0;
  for (const Seen& each : seen) common += each.log_ratio / static_cast<double>(seen.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    fit(engines, models, seen, common, &CellGuess::engine, &CellGuess::model);
    fit(models, engines, seen, common, &CellGuess::model, &CellGuess::engine);
  }
  const auto fitted = [&](const CellGuess& cell) {
    return cell.seconds *
           std::exp(common + factor(engines, cell.engine) + factor(models, cell.model));
  };
  // The mean of what is multiplied by noise lies above its median: sums of the finished ones say
  // by how much.
  double took = 0, expected = 0, left = 0;
  for (size_t i = 0; i < x_cells.size(); ++i) {
    if (x_took[i] == 0) {
      left += fitted(x_cells[i]);
      continue;
    }
    took += x_took[i];
    expected += fitted(x_cells[i]);
  }
  return left * (took > 0 ? took / expected : 1);
}

}  // namespace assay
