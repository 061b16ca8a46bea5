// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace assay {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: bug: '%s' does not hold\n", file, line, condition);
  std::abort();
}

}  // namespace assay
