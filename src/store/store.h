// SPDX-License-Identifier: MIT
// Measurements in SQLite (WAL), written the moment each is finished: when add() returns, what it
// was given survives a crash of the program and of the machine. The only code that knows SQL.
// Everything throws Error: not our file, read-only, locked by another process, disk full; what was
// stored stays. Several processes may add at once; one Store is used by one thread at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/measurement.h"
#include "record/sweep.h"
#include "store/access.h"

namespace assay {

class Store {
 public:
  // Opens or creates `folder`/assay.db, migrating an older schema; a newer one is an Error. With
  // StoreAccess::read nothing is created or changed, and a missing store is an Error. `patience` is
  // how long another process's lock is waited for.
  explicit Store(const std::filesystem::path& folder, StoreAccess access = StoreAccess::read_write,
                 std::chrono::milliseconds patience = std::chrono::seconds(5));
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void add(const Context& context);  // again with the same id: replaces it
  void add(const Measurement& measurement);

  // Sweeps: the plan, and which of its cells (by their index in Sweep::cells) are finished, each
  // with its measurement.
  void add(const Sweep& sweep);
  void add(const Measurement& measurement, const std::string& sweep_id, size_t cell);
  std::vector<Sweep> sweeps(const std::string& name) const;                   // oldest first
  std::map<size_t, std::string> finished(const std::string& sweep_id) const;  // measurements' ids

  // Everything of another store that this one lacks. What both have is left as it is here.
  // Returns how many measurements came.
  int64_t merge(const std::filesystem::path& other_folder);

  std::vector<Context> contexts() const;          // oldest first
  std::vector<Measurement> measurements() const;  // oldest first
  std::vector<Measurement> measurements(const std::string& context_id) const;
  // Kept under the name (Measurement::baseline) by the newest run that kept any; and all names,
  // sorted.
  std::vector<Measurement> baseline(const std::string& name) const;
  std::vector<std::string> baselines() const;
  // By id, or an unambiguous beginning of one, in upper or lower case; an ambiguous one is an Error
  // that lists the ids.
  std::optional<Measurement> find(const std::string& id) const;

 private:
  struct Database;
  void insert(const Measurement& measurement);

  std::unique_ptr<Database> x_database;
};

// --store, else $ASSAY_STORE, else the user's data folder.
std::filesystem::path store_folder(const std::string& flag);

}  // namespace assay
