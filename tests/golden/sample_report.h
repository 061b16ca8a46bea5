// SPDX-License-Identifier: MIT
// Reports that tests render: the first is written out by hand and has one of everything that can go
// wrong in a renderer (each outcome, doubts, few and many samples and processes, hostile and
// multilingual names); the second looks like a whole demo, for the eye and for layout tests. Both
// are the same bytes on every machine.
#pragma once

#include "report/report.h"

namespace assay {

Report sample_report();
Report crowd_report();

}  // namespace assay
