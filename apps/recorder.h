// SPDX-License-Identifier: MIT
// A Recorder shows measurements as they are finished: at once where the output is a table on
// standard output, else rendered at the end. The caller stores them after, so that a full disk
// loses none.
#pragma once

#include <atomic>
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
  const std::vector<Measurement>& measurements() const { return x_report.measurements; }

  // Does the work, which keeps measurements, and shows them to the end also when it throws Error.
  // Returns kExitInterrupted when `stop` is set, kExitLimit when no row is ok, kExitTarget when one
  // missed its target, else kExitOk.
  int record(const std::function<void()>& work, const std::atomic<bool>& stop);

 private:
  // The end of the table, or the whole report.
  void finish();
  int verdict() const;

  const OutputFlags& x_flags;
  bool x_streaming;
  Report x_report;
  RowPrinter x_printer;
};

}  // namespace assay
