// SPDX-License-Identifier: MIT
// One measurement in full for a terminal: every column of columns.h that has a value, what the
// engine really did, the doubts with advice, and the command. What `assay show` prints.
#pragma once

#include <ostream>

#include "report/row.h"

namespace assay {

void print_details(const Row& row, std::ostream& out);

}  // namespace assay
