// SPDX-License-Identifier: MIT
// RowPrinter writes the terminal's table one row at a time, as configurations finish; column widths
// are fixed by the names that will come. apps/ call header(), row() for each measurement and
// footer(); TableRenderer does the same for a whole report.
#pragma once

#include <ostream>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "report/columns.h"
#include "report/engine_names.h"

namespace assay {

class RowPrinter {
 public:
  // `asked` is what rows may be about; the model column is as wide as the longest name needs and
  // the terminal allows. `out` must outlive the printer.
  RowPrinter(std::ostream& out, const RenderOptions& options, std::span<const Configuration> asked);

  void header();
  // One line, flushed. A row that is not ok shows its outcome and reason instead of figures.
  void row(const Measurement& measured);
  // What the marks mean: the one-process mark, the doubts that occurred with advice, and in full
  // the reasons that were cut.
  void footer();

 private:
  struct Placed {
    const Column* column;
    int width;
  };

  // A reason that did not fit its row, with those that it was the same for.
  struct CutReason {
    std::string asked;  // engine and precision
    std::string reason;
    std::vector<std::string> models;
  };

  void fit(int longest_model);
  int used() const;
  std::string padded(const Placed& placed, const std::string& text) const;
  std::string painted(const std::string& text, const char* code) const;
  void print_figures(const Row& row);
  void print_failure(const Row& row);
  void remember(const Row& row, const std::string& reason);
  void print_wrapped(const std::string& lead, const std::string& text);

  std::ostream& x_out;
  EngineNames x_engines;
  int x_width;
  bool x_colour;
  std::vector<Placed> x_columns;
  std::set<Doubt> x_doubts;
  bool x_one_process = false;
  std::vector<CutReason> x_cut_reasons;
};

}  // namespace assay
