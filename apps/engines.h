// SPDX-License-Identifier: MIT
// Engines as the commands see them: the workers that are installed, and the catalogue of those that
// could be.
#pragma once

#include <string>
#include <vector>

#include "engine/engine.h"
#include "record/outcome.h"

namespace assay {

// "all" or nothing: every installed engine that is neither synthetic nor for request only. A name
// that is known but not installed is an Error with the command that adds it; an unknown one is an
// Error with the nearest name.
std::vector<std::string> chosen_engines(const std::vector<std::string>& asked);

struct EngineState {
  std::string name;
  bool available = false;
  std::string reason;  // why not, and the command that adds it
  EngineInfo info;     // when available
};

// Asks every installed worker for its info, and adds the engines of the catalogue that are missing.
std::vector<EngineState> probe_engines();

}  // namespace assay
