// SPDX-License-Identifier: MIT
// What `assay compare` found, and how it is printed and becomes an exit code: a base and one or
// more sides, each of which is compared with it.
#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "run/paired_run.h"

namespace assay {

struct Against {  // of one side with the base
  std::optional<Comparison> comparison;
  std::optional<CiTarget> target;  // nothing: measured apart, and none was asked for
  Verdict verdict = Verdict::cannot_tell;
};

struct Compared {
  std::vector<Measurement> sides;  // the base first
  std::vector<Against> against;    // one for each side but the base
  double threshold = 0;
  std::string baseline;        // the base's name when it is a stored one; empty: it is not
  std::string why_apart;       // why a stored base was not measured again; empty: it was
  bool target_counts = false;  // the target was given by flag: missing it is exit 3
};

// Sets the verdicts.
void judge(Compared& compared);

// Of both sides and of their comparison.
std::vector<Doubt> doubts_of(const Compared& compared, size_t other);

// One object for two sides; for more, all of them in an array "comparisons".
void print_compared(const Compared& compared, const OutputFlags& flags);

// 4: a side is slower than the base by more than the threshold; 3: a verdict is cannot_tell, or a
// target that counts was missed; else 0.
int exit_of(const Compared& compared);

}  // namespace assay
