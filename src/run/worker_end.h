// SPDX-License-Identifier: MIT
// What the end of a worker's process means: the Outcome, and the sentence that goes into the
// measurement.
#pragma once

#include <string>

#include "record/outcome.h"
#include "run/child_process.h"

namespace assay {

struct EndContext {
  std::string what;        // what it was asked: "load"
  std::string last_words;  // last line of its standard error; may be empty
  int64_t memory_cap_bytes = 0;
};

Failure explain_end(const ChildEnd& end, const EndContext& context);

// The last line that is not blank, at most 200 bytes of it, fit for JSON.
std::string last_line(const std::string& text);

}  // namespace assay
