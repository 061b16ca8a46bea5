// SPDX-License-Identifier: MIT
// Other names that users type for the zoo's networks: those of other model collections, and short
// ones (private to zoo/).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Of the network with this name; case, '-' and '_' are of no importance in them.
std::vector<std::string> aliases_of(std::string_view network);

}  // namespace assay
