// SPDX-License-Identifier: MIT
// Memory that is known to the page, for tests of what is measured: taken in load, in the first run
// and in each run, held or given back at once.
#pragma once

#include <atomic>
#include <vector>

#include "engine/options.h"

namespace assay {

// Pages of their own, each written to, so that all are resident and giving them back shows at once.
class Pages {
 public:
  explicit Pages(int64_t mebibytes);
  ~Pages();
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&&) = delete;

 private:
  void* x_begin = nullptr;
  size_t x_bytes = 0;
};

class SyntheticMemory {
 public:
  static std::vector<OptionInfo> declared_options();
  // Takes what belongs to load. Throws std::bad_alloc when there is not as much.
  explicit SyntheticMemory(const Options& options);
  // Takes what belongs to a run; of several at once, one is the first.
  void run();

 private:
  int64_t x_first_run_mib, x_run_mib;
  std::vector<Pages> x_held;
  std::atomic<bool> x_has_run = false;
};

}  // namespace assay
