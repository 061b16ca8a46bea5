// SPDX-License-Identifier: MIT
// A cell as it is measured: its model prepared, its inputs read.
#pragma once

#include "cells.h"
#include "run/runner.h"

namespace assay {

// Error when the model cannot be had, when an input that is given for it does not fit, or when
// inputs that are to be fresh would all be the same.
void check_job(const Cell& cell);

// The configuration gets the model's fields. Error when the model cannot be had.
Job make_job(const Cell& cell);

}  // namespace assay
