// SPDX-License-Identifier: MIT
// What a proof found: a table whose rows say what was asked of them and whether it held. Printed as
// Markdown, so that docs/how-a-number-is-made.md holds the very lines.
#pragma once

#include <string>
#include <vector>

namespace assay::calibration {

struct Finding {
  std::vector<std::string> cells;  // the first names the condition
  bool held = true;
};

struct Table {
  std::string title;
  std::vector<std::string> columns;  // of the cells
  std::string target;                // in words
  std::vector<Finding> findings{};

  bool held() const;
};

std::string as_markdown(const Table& table);

// How often something happened in so many repetitions.
struct Share {
  int hits = 0, of = 0;

  void count(bool hit) {
    hits += hit;
    ++of;
  }
  double value() const { return of ? static_cast<double>(hits) / of : 0; }
  // Within what few repetitions can show: below 1,000 three standard errors are allowed for.
  bool at_least(double target) const { return value() >= target - slack(target); }
  bool at_most(double target) const { return value() <= target + slack(target); }
  std::string percent() const;

 private:
  double slack(double target) const;
};

}  // namespace assay::calibration
