// SPDX-License-Identifier: MIT
// How doubts and missed targets are told to people.
#pragma once

#include <string>
#include <string_view>

#include "record/doubt.h"

namespace assay {

// A doubt's letter on the terminal: its place in doubts().
char doubt_mark(Doubt doubt);
// Marks an interval that only one process stands behind (Doubt::single_process says what follows).
inline constexpr std::string_view kOneProcessMark = "¹";
// "single_process: what was seen. What to do."
std::string doubt_text(Doubt doubt);
// Why a target was missed: of one of the words of CiTarget::reason.
std::string_view shortfall_text(std::string_view reason);

}  // namespace assay
