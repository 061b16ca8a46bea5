// SPDX-License-Identifier: MIT
#include "report/caveats.h"

#include <fmt/format.h>

namespace assay {

char doubt_mark(Doubt doubt) {
  constexpr std::string_view kMarks = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return kMarks[static_cast<size_t>(&info_of(doubt) - doubts().data())];
}

std::string doubt_text(Doubt doubt) {
  const DoubtInfo& info = info_of(doubt);
  return fmt::format("{}: {} {}", info.name, info.meaning, info.advice);
}

std::string_view shortfall_text(std::string_view reason) {
  if (reason == "too_few_samples") return "there are too few samples or processes";
  if (reason == "drift") return "the latency did not settle";
  if (reason == "processes") return "processes differ by more than their samples scatter";
  return "the samples scatter too much for the time";
}

}  // namespace assay
