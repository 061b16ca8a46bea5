// SPDX-License-Identifier: MIT
// Findings are what a report says when it is read aloud: what ran, how variants compare over the
// models they share, and for each subject the fastest and what cannot be told apart from it. Every
// speed is said with its interval. Synthetic engines take no part.
#pragma once

#include <string>
#include <vector>

#include "report/labels.h"

namespace assay {

struct SubjectFinding {
  std::string subject;
  std::string sentence;
};

struct Findings {
  std::vector<std::string> overall;     // sentences
  std::vector<SubjectFinding> fastest;  // one per subject, in the report's order
};

Findings findings_of(const Report& report);

enum class Order { faster, slower, cannot_tell };

// How much medians of single processes differ for no reason that one process can see: ten processes
// of one configuration have been seen to spread over 5 %.
inline constexpr double kProcessSpread = 0.05;

// a against b: told apart when their 95 % intervals do not meet and, where either is of one process
// only, the medians differ by more than kProcessSpread. A row without an interval cannot be told
// from anything. This is a coarse reading of separate measurements; `assay compare` pairs them.
Order order(const Row& a, const Row& b);

}  // namespace assay
