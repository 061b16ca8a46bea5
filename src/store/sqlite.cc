// SPDX-License-Identifier: MIT
#include "store/sqlite.h"

#include <sqlite3.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "base/error.h"

namespace assay {
namespace {

constexpr std::chrono::milliseconds kRetryPause{10};

// The path as a URI: SQLite takes options only there.
std::string immutable_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const bool special = c == '%' || c == '?' || c == '#';
    uri += special ? fmt::format("%{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

// SQLite keeps two files beside a database in WAL mode, also to read it. Where they cannot be made
// and no writer left any, the file does not change and needs none.
bool is_immutable(const std::filesystem::path& file) {
  std::error_code ignored;
  return ::access(file.parent_path().c_str(), W_OK) != 0 &&
         !std::filesystem::exists(file.string() + "-wal", ignored);
}

int to_int(size_t size) {
  ASSAY_CHECK(std::in_range<int>(size));
  return static_cast<int>(size);
}

}  // namespace

void Sqlite::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

Sqlite::Sqlite(std::filesystem::path file, StoreAccess access, std::chrono::milliseconds patience)
    : x_file(std::move(file)), x_patience(patience) {
  std::string name = x_file.string();
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (access == StoreAccess::read) {
    flags = SQLITE_OPEN_READONLY;
    if (is_immutable(x_file)) {
      name = immutable_uri(x_file);
      flags |= SQLITE_OPEN_URI;
    }
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  x_handle.reset(handle);
  ASSAY_CHECK(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
  if (access == StoreAccess::read_write && sqlite3_db_readonly(handle, "main") == 1)
    fail(SQLITE_READONLY);
}

void Sqlite::fail(int code) const {
  const std::string name = x_file.string();
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error("the store '{}' is locked by another process: wait for it, or use --store", name);
    case SQLITE_READONLY:
      throw Error("the store '{}' is read-only: make it writable, or use --store", name);
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      throw Error(
          "cannot open the store '{}': it or its folder may not be used; give another folder "
          "with --store",
          name);
    case SQLITE_FULL:
      throw Error("cannot write the store '{}': the disk is full; what was stored before is kept",
                  name);
    case SQLITE_NOTADB:
      throw Error(
          "'{}' is not a store of assay: it is no SQLite database; give another folder with "
          "--store",
          name);
    case SQLITE_CORRUPT:
      throw Error("the store '{}' is damaged ({}): restore a copy, or use --store", name,
                  sqlite3_errmsg(x_handle.get()));
    default:
      throw Error("cannot use the store '{}': {}{}; what was stored before is kept", name,
                  sqlite3_errmsg(x_handle.get()),
                  (code & 0xff) == SQLITE_IOERR ? " (is the disk full?)" : "");
  }
}

void Sqlite::execute(const std::string& sql) {
  const int code = sqlite3_exec(x_handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void Sqlite::use_write_ahead_log() {
  // SQLite's own waiting does not cover this change of mode.
  const auto end = std::chrono::steady_clock::now() + x_patience;
  for (;;) {
    const int code =
        sqlite3_exec(x_handle.get(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() >= end) fail(code);
    std::this_thread::sleep_for(kRetryPause);
  }
}

int64_t Sqlite::integer(const std::string& sql) {
  Statement statement(*this, sql);
  ASSAY_CHECK(statement.step());
  return statement.integer(0);
}

Statement::Statement(Sqlite& database, std::string_view sql) : x_database(database) {
  sqlite3_stmt* handle = nullptr;
  check(sqlite3_prepare_v2(database.x_handle.get(), sql.data(), to_int(sql.size()), &handle,
                           nullptr));
  x_handle.reset(handle);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) x_database.fail(code);
}

// Copies are made, so that what is bound need not outlive the call.
Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text64(x_handle.get(), ++x_bound, text.data() ? text.data() : "", text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
Statement& Statement::bind(int64_t value) {
  check(sqlite3_bind_int64(x_handle.get(), ++x_bound, value));
  return *this;
}
Statement& Statement::bind(std::span<const std::byte> blob) {
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  check(sqlite3_bind_blob64(x_handle.get(), ++x_bound, data, blob.size(), SQLITE_TRANSIENT));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(x_handle.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) x_database.fail(code);
  return false;
}

std::string_view Statement::text(int column) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(x_handle.get(), column));
  const auto size = static_cast<size_t>(sqlite3_column_bytes(x_handle.get(), column));
  return data ? std::string_view(data, size) : std::string_view();
}
int64_t Statement::integer(int column) {
  return sqlite3_column_int64(x_handle.get(), column);
}
std::span<const std::byte> Statement::blob(int column) {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(x_handle.get(), column));
  const auto size = static_cast<size_t>(sqlite3_column_bytes(x_handle.get(), column));
  return data ? std::span(data, size) : std::span<const std::byte>();
}

Transaction::Transaction(Sqlite& database) : x_database(database) {
  database.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!x_open) return;
  try {
    x_database.execute("ROLLBACK");
  } catch (const Error&) {  // SQLite has already rolled back, for example when the disk was full
  }
}

void Transaction::commit() {
  x_database.execute("COMMIT");
  x_open = false;
}

}  // namespace assay
