// SPDX-License-Identifier: MIT
// Doubt: a reason to distrust an `ok` measurement, a closed list in one table, each with one
// sentence of advice.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace assay {

enum class Doubt {
  too_few_samples,
  noisy,
  drifting,
  no_steady_state,
  target_not_reached,
  throttled,
  busy_machine,
  cpu_limited,
  silent_fallback,
  precision_mismatch,
  unproven_precision,
  threads_mismatch,
  unchecked_output,
  mostly_constant_output,
  constant_weights,
  accuracy_assumed,
  single_process,
  debug_build,
  overloaded,
  stolen_time,
  power_saving,
  fixed_addresses,
  shared_cores,
  spread_over_nodes,
  restless,
  slowed_down,
};

struct DoubtInfo {
  Doubt doubt;
  std::string_view name;
  std::string_view meaning;  // one sentence: what was seen
  std::string_view advice;   // one sentence: what the user can do, naming the option that helps
};

std::span<const DoubtInfo> doubts();
const DoubtInfo& info_of(Doubt doubt);
std::optional<Doubt> doubt_from(std::string_view name);

}  // namespace assay
