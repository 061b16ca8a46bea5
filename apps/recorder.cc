// SPDX-License-Identifier: MIT
#include "recorder.h"

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "command.h"
#include "context.h"
#include "prepare/model_name.h"

namespace assay {
namespace {

// What rows will be about, with the models' names as they are shown.
std::vector<Configuration> shown(std::span<const Cell> cells) {
  std::vector<Configuration> all;
  for (const Cell& cell : cells) {
    all.push_back(cell.asked);
    all.back().model =
        resolve(model_spec(cell.model.name, cell.model.flags, cell.asked.batch)).name;
  }
  return all;
}

}  // namespace

Recorder::Recorder(std::string title, const OutputFlags& flags, std::span<const Cell> cells)
    : x_flags(flags),
      x_streaming(flags.format == "table" && flags.file.empty()),
      x_printer(std::cout, render_options(flags.file), shown(cells)) {
  x_report.title = std::move(title);
}

void Recorder::begin(const Context& context) {
  if (x_streaming && x_report.contexts.empty()) x_printer.header();
  x_report.contexts.push_back(context);
}

void Recorder::keep(Measurement measurement) {
  if (measurement.context_id.empty()) measurement.context_id = x_report.contexts.back().id;
  if (x_streaming) x_printer.row(measurement);
  x_report.measurements.push_back(std::move(measurement));
}

int Recorder::record(const std::function<void()>& work, const std::atomic<bool>& stop) {
  try {
    work();
  } catch (const Error&) {  // what was measured is shown, whatever stopped the rest
    finish();
    throw;
  }
  finish();
  return stop ? kExitInterrupted : verdict();
}

void Recorder::finish() {
  if (x_streaming) {
    x_printer.footer();
    return;
  }
  Output output(x_flags);
  renderer(x_flags.format, render_options(x_flags.file))->render(x_report, output.stream());
  output.close();
}

int Recorder::verdict() const {
  const auto ok = [](const Measurement& measured) { return measured.outcome == Outcome::ok; };
  const auto missed = [](const Measurement& measured) {
    return std::ranges::count(measured.doubts, Doubt::target_not_reached) > 0;
  };
  if (std::ranges::none_of(x_report.measurements, ok)) return kExitLimit;
  return std::ranges::any_of(x_report.measurements, missed) ? kExitTarget : kExitOk;
}

}  // namespace assay
