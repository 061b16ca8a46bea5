// SPDX-License-Identifier: MIT
// The environment a worker starts with: the host's, without the variables that silently steer
// inference engines and their thread pools (engine/steering.h), plus what the caller sets on
// purpose.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace assay {

// The names of this process's variables that a worker is not given, sorted.
std::vector<std::string> dropped_variables();

// "NAME=value", sorted by name: this process's environment cleaned, with `set` on top.
std::vector<std::string> worker_environment(const std::map<std::string, std::string>& set);

}  // namespace assay
