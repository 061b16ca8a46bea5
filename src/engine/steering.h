// SPDX-License-Identifier: MIT
// Environment variables that silently steer inference engines and their thread pools. The host
// starts workers without them; a worker states those that it has nevertheless, because it was told
// to set them, or sets them itself before it loads its engine's library.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace assay {

// True for OMP_NUM_THREADS, TF_ENABLE_ONEDNN_OPTS and their like. The list is also in
// engines/python_host/steering.py.
bool steers_engines(std::string_view variable);

// Those of this process, as they are now.
std::map<std::string, std::string> steering_environment();

}  // namespace assay
