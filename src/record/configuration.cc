// SPDX-License-Identifier: MIT
#include "record/configuration.h"

#include "base/hash.h"
#include "record/json.h"

namespace assay {

std::string configuration_id(const Configuration& configuration) {
  return sha256(to_text(configuration)).substr(0, 16);
}

}  // namespace assay
