// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "labelled_series.h"
#include "proofs.h"
#include "stats/series.h"

namespace assay::calibration {

Table verdicts(double effort) {
  Table table{"Verdicts on labelled series of 80 to 20,000 samples.",
              {"series", "right", "taken for"},
              "right in at least 99 % of 10,000, and in 90 % of each kind: noise hides some walks"};
  constexpr double kSeries = 10'000;
  const int each =
      std::max(5, static_cast<int>(effort * kSeries / static_cast<double>(families().size())));
  Random random(1401);
  Share all;
  for (size_t family = 0; family < families().size(); ++family) {
    Share right;
    std::map<std::string, int> wrong;
    for (int i = 0; i < each; ++i) {
      const SteadyVerdict verdict = judge(draw_labelled(family, random))->steady_state.verdict;
      right.count(verdict == families()[family].verdict);
      all.count(verdict == families()[family].verdict);
      if (verdict != families()[family].verdict) ++wrong[std::string(name_of(verdict))];
    }
    std::vector<std::string> words;
    for (const auto& [name, count] : wrong) words.push_back(fmt::format("{} {}", name, count));
    table.findings.push_back({{std::string(families()[family].name), right.percent(),
                               fmt::format("{}", fmt::join(words, ", "))},
                              right.at_least(0.90)});
  }
  table.findings.push_back(
      {{fmt::format("all {}", all.of), fmt::format("{:.2f} %", 100 * all.value()), ""},
       all.at_least(0.99)});
  return table;
}

}  // namespace assay::calibration
