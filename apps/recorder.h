// SPDX-License-Identifier: MIT
// A Recorder takes measurements as they are finished: shown at once where the output is a table on
// standard output, else rendered at the end, and stored. What was measured is shown before it is
// stored, so that a full disk loses none of it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cells.h"
#include "options.h"
#include "report/report.h"
#include "report/table.h"

namespace assay {

class Recorder {
 public:
  // `cells` are what rows may be about. The flags must outlive the recorder.
  Recorder(std::string title, const OutputFlags& flags, std::span<const Cell> cells);

  // The context of what is kept from now on.
  void begin(const Context& context);
  // Shows it; a measurement without a context gets the current one.
  void keep(Measurement measurement);
  // The end of the table, or the whole report.
  void finish();

  const std::vector<Measurement>& measurements() const { return x_report.measurements; }
  // kExitOk, kExitLimit when no row is ok, kExitTarget when one missed its target.
  int verdict() const;

 private:
  const OutputFlags& x_flags;
  bool x_streaming;
  Report x_report;
  RowPrinter x_printer;
};

}  // namespace assay
