// SPDX-License-Identifier: MIT
// For tests: what a refusal says.
#pragma once

#include <string>

#include "base/error.h"

namespace assay {

// The sentence of the Error that the action throws, or "no error".
template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace assay
