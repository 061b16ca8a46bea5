// SPDX-License-Identifier: MIT
#include "store/schema.h"

#include <array>

#include "base/error.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 2> kSteps = {
    R"sql(
CREATE TABLE contexts (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL
);
CREATE TABLE measurements (
  id TEXT PRIMARY KEY,
  configuration_id TEXT NOT NULL,
  context_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  model TEXT NOT NULL,
  engine TEXT NOT NULL,
  device TEXT NOT NULL,
  precision TEXT NOT NULL,
  batch INTEGER NOT NULL,
  threads INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX measurements_by_context ON measurements (context_id);
CREATE INDEX measurements_by_configuration ON measurements (configuration_id);
CREATE TABLE samples (
  measurement_id TEXT NOT NULL,
  process INTEGER NOT NULL,
  warmup_count INTEGER NOT NULL,
  warmup_ns BLOB NOT NULL,
  latency_count INTEGER NOT NULL,
  latency_ns BLOB NOT NULL,
  PRIMARY KEY (measurement_id, process)
);
)sql",
    R"sql(
CREATE TABLE sweeps (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  record TEXT NOT NULL
);
CREATE TABLE sweep_cells (
  sweep_id TEXT NOT NULL,
  cell INTEGER NOT NULL,
  measurement_id TEXT NOT NULL,
  PRIMARY KEY (sweep_id, cell)
);
)sql",
};

// The version of a database that is ours, or 0 for an empty one.
int64_t version_of(Sqlite& database, std::string_view name, int64_t newest) {
  // One statement sees one state, also while another process makes the tables.
  Statement select(database,
                   "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
                   "FROM pragma_application_id, pragma_user_version");
  ASSAY_CHECK(select.step());
  const int64_t application = select.integer(0);
  const int64_t version = select.integer(1);
  const int64_t tables = select.integer(2);
  if (application != kApplicationId && (application != 0 || version != 0 || tables != 0))
    throw Error(
        "'{}' is not a store of assay: it is another program's database; give another "
        "folder with --store",
        name);
  if (version > newest)
    throw Error(
        "the store '{}' has schema version {}, and this assay reads up to {}: use a newer "
        "assay, or --store",
        name, version, newest);
  return version;
}

}  // namespace

std::span<const std::string_view> schema_steps() {
  return kSteps;
}

void migrate(Sqlite& database, std::span<const std::string_view> steps, std::string_view name) {
  const auto newest = static_cast<int64_t>(steps.size());
  if (version_of(database, name, newest) == newest) return;
  Transaction transaction(database);
  // Asked again under the lock: another process may have been first.
  const int64_t version = version_of(database, name, newest);
  for (const std::string_view step : steps.subspan(static_cast<size_t>(version)))
    database.execute(std::string(step));
  database.execute(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.execute(fmt::format("PRAGMA user_version = {}", newest));
  transaction.commit();
}

void check_version(Sqlite& database, std::span<const std::string_view> steps,
                   std::string_view name) {
  const auto newest = static_cast<int64_t>(steps.size());
  const int64_t version = version_of(database, name, newest);
  if (version < newest)
    throw Error(
        "the store '{}' has schema version {} and this assay needs {}: open it once where "
        "it may be written, so that it is brought up to date",
        name, version, newest);
}

}  // namespace assay
