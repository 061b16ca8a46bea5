// SPDX-License-Identifier: MIT
#include "stats/changepoint.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace assay {
namespace {

// Squared deviations of values[begin, end) from their mean, from running sums.
class SquaredError {
 public:
  explicit SquaredError(std::span<const double> values)
      : x_sums(values.size() + 1), x_squares(values.size() + 1), x_inverse(values.size() + 1) {
    for (size_t i = 0; i < values.size(); ++i) {
      x_sums[i + 1] = x_sums[i] + values[i];
      x_squares[i + 1] = x_squares[i] + values[i] * values[i];
      x_inverse[i + 1] = 1 / static_cast<double>(i + 1);
    }
  }
  double operator()(size_t begin, size_t end) const {
    const double sum = x_sums[end] - x_sums[begin];
    const double squares = x_squares[end] - x_squares[begin];
    return std::max(0.0, squares - sum * sum * x_inverse[end - begin]);
  }

 private:
  std::vector<double> x_sums;
  std::vector<double> x_squares;
  std::vector<double> x_inverse;  // of a length: a division for each pair would be most of the time
};

}  // namespace

std::vector<size_t> changepoints(std::span<const double> values, double penalty, size_t least) {
  ASSAY_CHECK(least >= 1 && penalty >= 0);
  const size_t size = values.size();
  if (size < 2 * least) return {};
  const SquaredError cost(values);
  std::vector<double> best(size + 1, HUGE_VAL);  // of values[0, end)
  std::vector<size_t> last(size + 1, 0);         // where its last segment begins
  best[0] = -penalty;
  std::vector<size_t> candidates = {0};
  for (size_t end = least; end <= size; ++end) {
    for (const size_t begin : candidates) {
      const double total = best[begin] + cost(begin, end) + penalty;
      if (total < best[end]) {
        best[end] = total;
        last[end] = begin;
      }
    }
    if (end + 1 < 2 * least) continue;
    // From the next end on, a segment may begin here; a beginning that is already worse than
    // beginning again here never becomes the best.
    const size_t here = end + 1 - least;
    std::erase_if(candidates,
                  [&](size_t begin) { return best[begin] + cost(begin, here) > best[here]; });
    candidates.push_back(here);
  }
  std::vector<size_t> points;
  for (size_t end = size; last[end] > 0; end = last[end]) points.push_back(last[end]);
  std::ranges::reverse(points);
  return points;
}

}  // namespace assay
