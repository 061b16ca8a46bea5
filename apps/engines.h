// SPDX-License-Identifier: MIT
// Engines as the commands see them: the workers that are installed, and the catalogue of those that
// could be.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "record/outcome.h"
#include "run/runner.h"

namespace assay {

struct EngineState {
  std::string name;  // of the worker's executable: the engine's, or "engine@version"
  bool available = false;
  std::string reason;  // why not, and the command that adds it
  EngineInfo info;     // when available
};

// Asks every installed worker for its info, and adds the engines of the catalogue that are missing.
// Starts a process for each: a command does it once and passes the states on.
std::vector<EngineState> probe_engines();

// Error when there is no such worker: with the command that adds it where the engine is known, else
// with the nearest name.
void require_installed(const std::string& engine);

// "all" or nothing: every available engine that is neither synthetic nor for request only; else
// what was asked, each of which must be installed.
std::vector<std::string> chosen_engines(const std::vector<std::string>& asked,
                                        std::span<const EngineState> engines);

// Error when "engine@version" names a version that no available worker has: with those that are
// there, and the command that adds it where one is known. The engine must be installed.
void require_version(const std::string& engine, std::span<const EngineState> engines);

// The state of the worker that answers to "engine" or "engine@version"; it must be installed.
const EngineState& state_of(const std::string& engine, std::span<const EngineState> engines);

// The referees among those that are available, best first.
std::vector<Reference> references_of(std::span<const EngineState> engines);

}  // namespace assay
