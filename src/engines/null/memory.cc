// SPDX-License-Identifier: MIT
#include "engines/null/memory.h"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <utility>

namespace assay {

Pages::Pages(int64_t mebibytes) : x_bytes(static_cast<size_t>(mebibytes) << 20) {
  if (x_bytes == 0) return;
  x_begin = mmap(nullptr, x_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (x_begin == MAP_FAILED) throw std::bad_alloc();
  std::memset(x_begin, 1, x_bytes);
}

Pages::~Pages() {
  if (x_begin) munmap(x_begin, x_bytes);
}

Pages::Pages(Pages&& other) noexcept
    : x_begin(std::exchange(other.x_begin, nullptr)), x_bytes(other.x_bytes) {}

std::vector<OptionInfo> SyntheticMemory::declared_options() {
  return {
      {"load_mib", "int", "0", "Mebibytes that load takes and holds.", {}},
      {"load_peak_mib", "int", "0", "Mebibytes that load takes for a moment on top.", {}},
      {"first_run_mib", "int", "0", "Mebibytes that the first run takes and holds.", {}},
      {"run_mib", "int", "0", "Mebibytes that each run takes for its time.", {}},
  };
}

SyntheticMemory::SyntheticMemory(const Options& options)
    : x_first_run_mib(options.integer("first_run_mib")), x_run_mib(options.integer("run_mib")) {
  x_held.emplace_back(options.integer("load_mib"));
  const Pages for_a_moment(options.integer("load_peak_mib"));
}

void SyntheticMemory::run() {
  if (!x_has_run.exchange(true)) x_held.emplace_back(x_first_run_mib);
  const Pages for_this_run(x_run_mib);
}

}  // namespace assay
