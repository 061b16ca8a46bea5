// SPDX-License-Identifier: MIT
#include "engines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/names.h"
#include "run/reference.h"
#include "run/workers.h"

namespace assay {
namespace {

// The engines that tools/setup.sh can install, as the build read them from tools/wheels.lock.
std::vector<std::string> catalogue() {
  return split(ASSAY_ENGINE_CATALOGUE, ',');
}

std::string how_to_add(const std::string& engine) {
  return fmt::format(
      "engine '{0}' is not installed; `./demo.sh --setup-only --engines {0}` adds it", engine);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> all_that_compute(std::span<const EngineState> engines) {
  std::vector<std::string> names;
  for (const EngineState& engine : engines)
    if (engine.available && !engine.info.synthetic && !engine.info.on_request)
      names.push_back(engine.name);
  if (names.empty()) throw Error("no engine is installed; `./demo.sh --setup-only` adds two");
  return names;
}

}  // namespace

std::vector<EngineState> probe_engines() {
  std::vector<EngineState> engines;
  for (const std::string& name : installed_engines()) {
    EngineState state{name, false, "", {}};
    auto answer = ask_engine(name);
    if (auto* info = std::get_if<EngineInfo>(&answer)) {
      state.available = true;
      state.info = std::move(*info);
    } else {
      state.reason = "its worker does not start: " + std::get<Failure>(answer).reason;
    }
    engines.push_back(std::move(state));
  }
  const std::vector<std::string> installed = installed_engines();
  for (const std::string& name : catalogue())
    if (!contains(installed, name)) engines.push_back({name, false, how_to_add(name), {}});
  return engines;
}

void require_installed(const std::string& engine) {
  const std::string name = without_version(engine);
  std::vector<std::string> known = installed_engines();
  if (contains(known, engine) || contains(known, name)) return;
  if (contains(catalogue(), name)) throw Error(how_to_add(name));
  for (const std::string& other : catalogue())
    if (!contains(known, other)) known.push_back(other);
  throw Error(unknown("engine", name, known));
}

std::vector<std::string> chosen_engines(const std::vector<std::string>& asked,
                                        std::span<const EngineState> engines) {
  if (asked.empty() || contains(asked, "all")) return all_that_compute(engines);
  for (const std::string& engine : asked) require_installed(engine);
  return asked;
}

void require_version(const std::string& engine, std::span<const EngineState> engines) {
  const FoundWorker worker = find_worker(engine);
  if (worker.version.empty() || state_of(engine, engines).info.version == worker.version) return;
  std::vector<std::string> versions;
  for (const EngineState& state : engines)
    if (state.available && find_worker(state.name).engine == worker.engine)
      versions.push_back(state.info.version);
  const std::string how =
      contains(catalogue(), engine)
          ? fmt::format("; `./demo.sh --setup-only --engines {}` adds it", engine)
          : "";
  throw Error("engine '{}' is installed at version{} {}, not {}{}", worker.engine,
              versions.size() > 1 ? "s" : "", fmt::join(versions, " and "), worker.version, how);
}

const EngineState& state_of(const std::string& engine, std::span<const EngineState> engines) {
  const std::string worker = find_worker(engine).executable.filename();
  const auto state = std::ranges::find(engines, worker, &EngineState::name);
  ASSAY_CHECK(state != engines.end());
  return *state;
}

std::vector<Reference> references_of(std::span<const EngineState> engines) {
  std::vector<EngineInfo> infos;
  for (const EngineState& engine : engines)
    if (engine.available) infos.push_back(engine.info);
  return references_among(std::move(infos));
}

}  // namespace assay
