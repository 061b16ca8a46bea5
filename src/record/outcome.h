// SPDX-License-Identifier: MIT
// Outcome: how a measurement ended, a closed list. What an engine did is a value of this type with
// a reason, never an exception on the host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

enum class Outcome {
  ok,
  unsupported,
  load_failed,
  run_failed,
  out_of_memory,
  timed_out,
  crashed,
  wrong_output
};

std::string_view name_of(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view name);

// An outcome other than ok, with one sentence of reason.
struct Failure {
  Outcome outcome = Outcome::run_failed;
  std::string reason;
};

}  // namespace assay
