// SPDX-License-Identifier: MIT
// EngineNames says how the rows of one report call their engines: by name, and with the version
// ("openvino@2026.4.1", as --engine takes it) where an engine occurs with two. Rows and tables use
// it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "record/measurement.h"

namespace assay {

class EngineNames {
 public:
  // Those that were measured, or are about to be: then the engine may carry its version
  // ("openvino@2026.3.1") and the version of the others is not known yet.
  explicit EngineNames(std::span<const Configuration> asked);

  std::string of(const Configuration& measured) const;
  // Columns that any of the names needs, a version that is not known yet being as long as the
  // longest that is.
  int width() const;

 private:
  std::map<std::string, std::set<std::string>> x_versions;  // by the engine's name
};

}  // namespace assay
