// SPDX-License-Identifier: MIT
// What every run of the program records of itself and of its machine, and how its results are shown
// here.
#pragma once

#include <span>
#include <string>

#include "engines.h"
#include "machine/machine.h"
#include "record/measurement.h"
#include "report/report.h"

namespace assay {

// This machine, this program, these engines, now. With `fake`, constants instead, for golden files.
Context make_context(std::span<const EngineState> engines, bool fake = false);

// What is to be doubted on this machine now, which it is watched for `watch_seconds` to see.
std::vector<Doubt> doubts_about(Machine& machine, double watch_seconds);

// The terminal's width and colours, neither of them for results that go to `file` (if it is not
// empty) or a pipe; and where Plotly.js is.
RenderOptions render_options(const std::string& file);

}  // namespace assay
