// SPDX-License-Identifier: MIT
#include "base/descriptor.h"

#include <unistd.h>

namespace assay {

void Descriptor::reset(int number) {
  if (x_number >= 0) ::close(x_number);
  x_number = number;
}

}  // namespace assay
