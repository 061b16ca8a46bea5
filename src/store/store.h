// SPDX-License-Identifier: MIT
// Measurements in SQLite (WAL), written the moment each is finished. The only code that knows SQL.
// Everything throws Error: not our file, read-only, locked by another process, disk full; what was
// stored stays.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/measurement.h"

namespace assay {

inline constexpr int kStoreSchemaVersion = 1;

class Store {
 public:
  // Opens or creates `folder`/assay.db, migrating an older schema; a newer one is an Error.
  explicit Store(const std::filesystem::path& folder);
  ~Store();
  Store(const Store&) = delete;

  void add(const Context& context);
  void add(const Measurement& measurement);

  std::vector<Context> contexts() const;
  std::vector<Measurement> measurements() const;  // oldest first
  std::vector<Measurement> measurements(const std::string& context_id) const;
  // By id, or an unambiguous beginning of one.
  std::optional<Measurement> find(const std::string& id) const;

 private:
  struct Database;
  std::unique_ptr<Database> x_database;
};

// --store, else $ASSAY_STORE, else the user's data folder.
std::filesystem::path store_folder(const std::string& flag);

}  // namespace assay
