// SPDX-License-Identifier: MIT
// Error is what the user or the machine got wrong: one sentence that names the thing, says what is
// allowed and, where there is one, the nearest match. It is caught only in apps/, which prints it
// and exits with 2. What an engine did is never an Error: it is an Outcome (record/outcome.h). A
// bug is ASSAY_CHECK, which aborts.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace assay {

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence) : std::runtime_error(sentence) {}

  template <typename... Args>
  Error(fmt::format_string<Args...> sentence, Args&&... args) requires(sizeof...(Args) > 0)
      : std::runtime_error(fmt::format(sentence, std::forward<Args>(args)...)) {}
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace assay

// Aborts with file and line (exit status 134): for what only a bug can cause.
#define ASSAY_CHECK(condition) \
  ((condition) ? void(0) : ::assay::check_failed(#condition, __FILE__, __LINE__))
