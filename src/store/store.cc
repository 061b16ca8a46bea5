// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "record/json.h"
#include "store/samples.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kMostIdsListed = 5;

fs::path database_file(const fs::path& folder, StoreAccess access) {
  const fs::path file = folder / "assay.db";
  std::error_code error;
  if (access == StoreAccess::read_write) {
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder, error))
      throw Error("cannot make the folder '{}' for the store: {}; give another with --store",
                  folder.string(), error ? error.message() : "there is a file of that name");
  } else if (!fs::exists(file, error)) {
    throw Error(
        "there is no store in '{}': measure something with 'assay bench', or give its "
        "folder with --store",
        folder.string());
  }
  if (fs::is_directory(file, error))
    throw Error("'{}' is not a store of assay: it is a folder; give another with --store",
                file.string());
  return file;
}

// A record's text back as a value; a damaged one is an Error that names it.
template <typename T>
T parse_record(std::string_view text, std::string_view id) {
  try {
    return Json::parse(text).get<T>();
  } catch (const std::exception& error) {  // Json's own, or an Error about a field
    throw Error("the stored record '{}' is damaged: {}", id, error.what());
  }
}

}  // namespace

struct Store::Database {
  Database(const fs::path& folder, StoreAccess access, std::chrono::milliseconds patience)
      : file(database_file(folder, access)), sqlite(file, access, patience) {
    if (access == StoreAccess::read) {
      check_version(sqlite, schema_steps(), file.string());
      return;
    }
    migrate(sqlite, schema_steps(), file.string());
    sqlite.use_write_ahead_log();
    sqlite.execute("PRAGMA synchronous = FULL");
    // A store that cannot be written is better known before measuring than after.
    Transaction probe(sqlite);
  }

  void add_samples(const Measurement& measurement) {
    for (size_t i = 0; i < measurement.processes.size(); ++i) {
      const ProcessSamples& process = measurement.processes[i];
      Statement insert(sqlite,
                       "INSERT INTO samples (measurement_id, process, warmup_count, warmup_ns, "
                       "latency_count, latency_ns) VALUES (?, ?, ?, ?, ?, ?)");
      insert.bind(measurement.id)
          .bind(static_cast<int64_t>(i))
          .bind(static_cast<int64_t>(process.warmup_ns.size()))
          .bind(encode_samples(process.warmup_ns))
          .bind(static_cast<int64_t>(process.latency_ns.size()))
          .bind(encode_samples(process.latency_ns));
      insert.step();
    }
  }

  void read_samples(Measurement& measurement) {
    Statement select(sqlite,
                     "SELECT process, warmup_count, warmup_ns, latency_count, latency_ns FROM "
                     "samples WHERE measurement_id = ? ORDER BY process");
    select.bind(measurement.id);
    size_t found = 0;
    for (; select.step(); ++found) {
      auto warmup = decode_samples(select.blob(2), select.integer(1));
      auto latency = decode_samples(select.blob(4), select.integer(3));
      if (!warmup || !latency || found >= measurement.processes.size() ||
          select.integer(0) != static_cast<int64_t>(found))
        throw Error("the raw samples of measurement '{}' in '{}' are damaged", measurement.id,
                    file.string());
      measurement.processes[found].warmup_ns = std::move(*warmup);
      measurement.processes[found].latency_ns = std::move(*latency);
    }
    if (found != measurement.processes.size())
      throw Error("the raw samples of measurement '{}' in '{}' are missing", measurement.id,
                  file.string());
  }

  // `select` yields id and record.
  std::vector<Measurement> read_measurements(Statement& select) {
    std::vector<Measurement> list;
    while (select.step()) {
      list.push_back(parse_record<Measurement>(select.text(1), select.text(0)));
      read_samples(list.back());
    }
    return list;
  }

  fs::path file;
  Sqlite sqlite;
};

Store::Store(const fs::path& folder, StoreAccess access, std::chrono::milliseconds patience)
    : x_database(std::make_unique<Database>(folder, access, patience)) {}
Store::~Store() = default;

void Store::add(const Context& context) {
  Statement insert(x_database->sqlite,
                   "INSERT INTO contexts (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET "
                   "record = excluded.record");
  insert.bind(context.id).bind(to_text(context));
  insert.step();
}

void Store::insert(const Measurement& measurement) {
  Measurement record = measurement;
  for (ProcessSamples& process : record.processes) {  // these are kept as blobs
    process.warmup_ns.clear();
    process.latency_ns.clear();
  }
  const Configuration& asked = measurement.configuration;
  Statement insert(x_database->sqlite,
                   "INSERT INTO measurements (id, configuration_id, context_id, started_at, model, "
                   "engine, device, precision, batch, threads, outcome, record) VALUES (?, ?, ?, "
                   "?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(measurement.id)
      .bind(configuration_id(asked))
      .bind(measurement.context_id)
      .bind(measurement.started_at)
      .bind(asked.model)
      .bind(asked.engine)
      .bind(asked.device)
      .bind(asked.precision)
      .bind(asked.batch)
      .bind(static_cast<int64_t>(asked.threads))
      .bind(name_of(measurement.outcome))
      .bind(to_text(record));
  insert.step();
  x_database->add_samples(measurement);
}

void Store::add(const Measurement& measurement) {
  Transaction transaction(x_database->sqlite);
  insert(measurement);
  transaction.commit();
}

void Store::add(const Sweep& sweep) {
  Statement insert(x_database->sqlite, "INSERT INTO sweeps (id, name, record) VALUES (?, ?, ?)");
  insert.bind(sweep.id).bind(sweep.name).bind(to_text(sweep));
  insert.step();
}

void Store::add(const Measurement& measurement, const std::string& sweep_id, size_t cell) {
  Transaction transaction(x_database->sqlite);
  insert(measurement);
  Statement link(x_database->sqlite,
                 "INSERT INTO sweep_cells (sweep_id, cell, measurement_id) VALUES (?, ?, ?)");
  link.bind(sweep_id).bind(static_cast<int64_t>(cell)).bind(measurement.id);
  link.step();
  transaction.commit();
}

std::vector<Sweep> Store::sweeps(const std::string& name) const {
  Statement select(x_database->sqlite, "SELECT id, record FROM sweeps WHERE name = ? ORDER BY id");
  select.bind(name);
  std::vector<Sweep> list;
  while (select.step()) list.push_back(parse_record<Sweep>(select.text(1), select.text(0)));
  return list;
}

std::map<size_t, std::string> Store::finished(const std::string& sweep_id) const {
  Statement select(x_database->sqlite,
                   "SELECT cell, measurement_id FROM sweep_cells WHERE sweep_id = ?");
  select.bind(sweep_id);
  std::map<size_t, std::string> cells;
  while (select.step()) cells[static_cast<size_t>(select.integer(0))] = std::string(select.text(1));
  return cells;
}

int64_t Store::merge(const fs::path& other_folder) {
  const Store other(other_folder, StoreAccess::read);  // refuses what is no store of this schema
  std::error_code error;
  if (fs::equivalent(other.x_database->file, x_database->file, error))
    throw Error("the store '{}' cannot be merged with itself", x_database->file.string());
  Sqlite& sqlite = x_database->sqlite;
  const auto count = [&] { return sqlite.integer("SELECT count(*) FROM measurements"); };
  const int64_t before = count();
  Statement attach(sqlite, "ATTACH DATABASE ? AS other");
  attach.bind(other.x_database->file.string());
  attach.step();
  Transaction transaction(sqlite);
  for (const char* table : {"contexts", "measurements", "samples", "sweeps", "sweep_cells"})
    sqlite.execute(fmt::format("INSERT OR IGNORE INTO {0} SELECT * FROM other.{0}", table));
  transaction.commit();
  sqlite.execute("DETACH DATABASE other");
  return count() - before;
}

std::vector<Context> Store::contexts() const {
  Statement select(x_database->sqlite, "SELECT id, record FROM contexts ORDER BY id");
  std::vector<Context> list;
  while (select.step()) list.push_back(parse_record<Context>(select.text(1), select.text(0)));
  return list;
}

std::vector<Measurement> Store::measurements() const {
  Statement select(x_database->sqlite, "SELECT id, record FROM measurements ORDER BY id");
  return x_database->read_measurements(select);
}

std::vector<Measurement> Store::measurements(const std::string& context_id) const {
  Statement select(x_database->sqlite,
                   "SELECT id, record FROM measurements WHERE context_id = ? ORDER BY id");
  select.bind(context_id);
  return x_database->read_measurements(select);
}

std::vector<Measurement> Store::baseline(const std::string& name) const {
  if (name.empty()) return {};
  Statement select(
      x_database->sqlite,
      "WITH kept AS (SELECT id, context_id, record FROM measurements WHERE "
      "json_extract(record, '$.baseline') = ?1) SELECT id, record FROM kept WHERE "
      "context_id = (SELECT context_id FROM kept ORDER BY id DESC LIMIT 1) ORDER BY id");
  select.bind(name);
  return x_database->read_measurements(select);
}

std::vector<std::string> Store::baselines() const {
  Statement select(x_database->sqlite,
                   "SELECT DISTINCT json_extract(record, '$.baseline') AS name FROM measurements "
                   "WHERE name <> '' ORDER BY name");
  std::vector<std::string> names;
  while (select.step()) names.emplace_back(select.text(0));
  return names;
}

std::optional<Measurement> Store::find(const std::string& id) const {
  if (id.empty()) return std::nullopt;
  Statement select(
      x_database->sqlite,
      "SELECT id FROM measurements WHERE substr(id, 1, length(?1)) = ?1 COLLATE NOCASE "
      "ORDER BY id");
  select.bind(id);
  std::vector<std::string> ids;
  while (select.step()) ids.emplace_back(select.text(0));
  if (ids.empty()) return std::nullopt;
  if (ids.size() > 1 && ids.front().size() != id.size()) {
    const size_t listed = std::min(ids.size(), kMostIdsListed);
    throw Error("'{}' is the beginning of {} measurements: {}{}", id, ids.size(),
                fmt::join(ids.begin(), ids.begin() + static_cast<ptrdiff_t>(listed), ", "),
                ids.size() > listed ? ", ..." : "");
  }
  Statement one(x_database->sqlite, "SELECT id, record FROM measurements WHERE id = ?");
  one.bind(ids.front());
  return std::move(x_database->read_measurements(one).front());
}

fs::path store_folder(const std::string& flag) {
  if (!flag.empty()) return flag;
  if (const char* folder = std::getenv("ASSAY_STORE"); folder && *folder) return folder;
  return user_data_dir();
}

}  // namespace assay
