// SPDX-License-Identifier: MIT
#include "report/engine_names.h"

#include <algorithm>

#include "report/text.h"

namespace assay {
namespace {

std::string version_of_engine(const Configuration& asked) {
  const size_t at = asked.engine.find('@');
  return at == std::string::npos ? asked.engine_version : asked.engine.substr(at + 1);
}

}  // namespace

EngineNames::EngineNames(std::span<const Configuration> asked) {
  std::set<std::string> pinned;
  for (const Configuration& one : asked) {
    const std::string name = without_version(one.engine);
    x_versions[name].insert(version_of_engine(one));
    if (name != one.engine) pinned.insert(name);
  }
  // A row that ended before its worker said its version is not another version.
  for (auto& [name, versions] : x_versions)
    if (versions.size() == 2 && !pinned.contains(name)) versions.erase("");
}

std::string EngineNames::of(const Configuration& measured) const {
  const std::string name = without_version(measured.engine), version = version_of_engine(measured);
  const auto versions = x_versions.find(name);
  const bool several = versions != x_versions.end() && versions->second.size() > 1;
  return single_line(several && !version.empty() ? name + "@" + version : name);
}

int EngineNames::width() const {
  int width = 0;
  for (const auto& [name, versions] : x_versions)
    for (const std::string& version : versions)
      width = std::max(
          width, display_width(single_line(versions.size() > 1 ? name + "@" + version : name)));
  return width;
}

}  // namespace assay
