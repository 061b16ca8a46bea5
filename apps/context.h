// SPDX-License-Identifier: MIT
// What every run of the program records of itself and of its machine, and how its results are shown
// here.
#pragma once

#include "record/measurement.h"
#include "report/report.h"

namespace assay {

// This machine, this program, now. With `fake`, constants instead, for golden files.
Context make_context(bool fake = false);

// The terminal's width and colours, and where Plotly.js is.
RenderOptions render_options();

}  // namespace assay
