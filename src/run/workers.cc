// SPDX-License-Identifier: MIT
#include "run/workers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "base/names.h"
#include "engine/options.h"
#include "record/configuration.h"
#include "run/worker_process.h"

namespace assay {

namespace fs = std::filesystem;

fs::path workers_folder() {
  if (const char* folder = std::getenv("ASSAY_WORKERS"); folder && *folder) return folder;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path() / "libexec" / "assay";
}

std::vector<std::string> installed_engines(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.is_regular_file(ignored) && access(entry.path().c_str(), X_OK) == 0)
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

FoundWorker find_worker(const std::string& engine, const fs::path& folder) {
  const size_t at = engine.find('@');
  FoundWorker found{
      without_version(engine), at == std::string::npos ? "" : engine.substr(at + 1), {}};
  const std::vector<std::string> names = installed_engines(folder);
  for (const std::string& name : {engine, found.engine}) {
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    found.executable = folder / name;
    return found;
  }
  if (names.empty())
    throw Error("no engine is installed in '{}': run ./demo.sh --setup-only, or set ASSAY_WORKERS",
                folder.string());
  throw Error(unknown("engine", found.engine, names));
}

Failure not_started(const std::string& engine, Failure failure) {
  if (failure.outcome == Outcome::load_failed)
    failure.reason += fmt::format("; `./demo.sh --setup-only --engines {}` installs it again",
                                  without_version(engine));
  return failure;
}

std::variant<EngineInfo, Failure> ask_engine(const std::string& engine, const fs::path& folder,
                                             double hello_deadline_seconds) {
  WorkerOptions options;
  options.command = {find_worker(engine, folder).executable.string()};
  options.hello_deadline_seconds = hello_deadline_seconds;
  auto started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started)) return not_started(engine, *failure);
  return std::get<std::unique_ptr<WorkerProcess>>(started)->info();
}

void check_options(const std::map<std::string, std::string>& options, const EngineInfo& info) {
  std::vector<std::string> names;
  for (const OptionInfo& option : info.options) names.push_back(option.name);
  for (const auto& [name, value] : options) {
    const auto option = std::ranges::find(info.options, name, &OptionInfo::name);
    if (option == info.options.end())
      throw Error("engine '{}' has no option '{}'{}", info.name, name, suggestion(name, names));
    if (const auto why = misfit(*option, value)) throw Error("engine {}: {}", info.name, *why);
  }
}

}  // namespace assay
