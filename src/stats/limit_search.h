// SPDX-License-Identifier: MIT
// LimitSearch finds the highest load (queries in a second, or streams) under which a limit still
// holds, by trials that somebody else makes: it says which load to try next. It takes for granted
// that a limit that does not hold at one load does not hold at a higher one either.
#pragma once

#include <optional>

namespace assay {

class LimitSearch {
 public:
  // Loads from above 0 to below `too_much`, to within 3 % of the answer: halved until one holds,
  // then between the highest that held and the lowest that did not. Gives up below a hundredth of
  // `too_much`.
  static LimitSearch of_rates(double too_much) { return LimitSearch(too_much, false); }
  // Whole loads from 1 to `most`: doubled until one does not hold, then between.
  static LimitSearch of_counts(int most) { return LimitSearch(most + 1.0, true); }

  // Nothing: it is over.
  std::optional<double> next() const;
  // What the trial of next() showed.
  void note(double load, bool holds);
  // The highest load that held; nothing: none did.
  std::optional<double> best() const;

 private:
  LimitSearch(double too_much, bool whole)
      : x_too_much(too_much), x_fails(too_much), x_whole(whole) {}

  double x_too_much;
  double x_holds = 0;  // the highest load that held
  double x_fails;      // the lowest that did not
  bool x_whole;
};

}  // namespace assay
