// SPDX-License-Identifier: MIT
// The environment a worker starts with: the host's, without the variables that silently steer
// inference engines and their thread pools, plus what the caller sets on purpose.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// True for OMP_NUM_THREADS, TF_ENABLE_ONEDNN_OPTS and their like.
bool steers_engines(std::string_view variable);

// "NAME=value", sorted by name: this process's environment cleaned, with `set` on top.
std::vector<std::string> worker_environment(const std::map<std::string, std::string>& set);

}  // namespace assay
