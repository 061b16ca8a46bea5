// SPDX-License-Identifier: MIT
// How long a sweep still takes, from a guess for each cell and what the finished ones took. What
// the guesses are wrong by is a factor common to all, times one for each engine and one for each
// model, because it is loading, compiling and running that the guess knows little of; the factors
// are learned as geometric means of what was seen, drawn towards 1 while little was seen.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace assay {

struct CellGuess {
  std::string engine, model;
  double seconds = 0;  // above 0
};

class TimeLeft {
 public:
  explicit TimeLeft(std::vector<CellGuess> cells);

  // Cell `index` is finished; it took so long. Once for each cell.
  void took(size_t index, double seconds);

  double seconds() const;  // for the cells that are not finished

 private:
  std::vector<CellGuess> x_cells;
  std::vector<double> x_took;  // of each cell; 0: not finished
};

}  // namespace assay
