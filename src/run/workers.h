// SPDX-License-Identifier: MIT
// Which workers are installed: the executables of one folder, each named as its engine. What an
// engine can do it says itself, in its hello; nothing here knows an engine by name.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "record/outcome.h"

namespace assay {

// $ASSAY_WORKERS, else ../libexec/assay beside this program's own folder.
std::filesystem::path workers_folder();

// Names of the engines whose workers are in the folder, sorted. A folder that is not there has
// none.
std::vector<std::string> installed_engines(const std::filesystem::path& folder = workers_folder());

struct FoundWorker {
  std::string engine;   // without the version
  std::string version;  // pinned by "engine@version"; empty: any
  std::filesystem::path executable;
};
// By "engine" or "engine@version"; Error with the nearest name when it is not installed.
FoundWorker find_worker(const std::string& engine,
                        const std::filesystem::path& folder = workers_folder());

// Why the engine's worker did not start, with the command that installs it again where that helps:
// what it needs is missing.
Failure not_started(const std::string& engine, Failure failure);

// Starts the worker, takes its hello and ends it. Error as find_worker.
std::variant<EngineInfo, Failure> ask_engine(const std::string& engine,
                                             const std::filesystem::path& folder = workers_folder(),
                                             double hello_deadline_seconds = 30);

// The user's options against what the engine declares: Error with the nearest name, or with what is
// allowed.
void check_options(const std::map<std::string, std::string>& options, const EngineInfo& info);

}  // namespace assay
