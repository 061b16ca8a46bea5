// SPDX-License-Identifier: MIT
// A target with a planted defect behind four comparisons, which only a driver that is guided by
// coverage finds in seconds: the test of the driver itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  if (data[0] == 'B')
    if (data[1] == 'U')
      if (data[2] == 'G')
        if (data[3] == '!') std::abort();
  return 0;
}
