// SPDX-License-Identifier: MIT
// SQLite's C interface as two owning types. Every failure is an Error that names the file and says
// what the user can do. Used only inside store/, by one thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/access.h"

struct sqlite3;
struct sqlite3_stmt;

namespace assay {

class Sqlite {
 public:
  // Opens `file`, creating it when it may be written. A file that may only be read, in a folder
  // that may only be read, is opened as immutable.
  Sqlite(std::filesystem::path file, StoreAccess access, std::chrono::milliseconds patience);

  // Statements without results, separated by semicolons.
  void execute(const std::string& sql);
  int64_t integer(const std::string& sql);  // the first column of the first row

  // Turns the write-ahead log on, which stays so in the file.
  void use_write_ahead_log();

  // Throws what the last failed call means to a user.
  [[noreturn]] void fail(int code) const;

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path x_file;
  std::chrono::milliseconds x_patience;
  std::unique_ptr<sqlite3, Close> x_handle;
};

// One prepared statement: bind in the order of its question marks, then step. Views of columns live
// until the next step.
class Statement {
 public:
  Statement(Sqlite& database, std::string_view sql);

  Statement& bind(std::string_view text);
  Statement& bind(int64_t value);
  Statement& bind(std::span<const std::byte> blob);

  bool step();  // true: there is a row
  std::string_view text(int column);
  int64_t integer(int column);
  std::span<const std::byte> blob(int column);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  void check(int code);
  Sqlite& x_database;
  std::unique_ptr<sqlite3_stmt, Finalize> x_handle;
  int x_bound = 0;
};

// Takes the write lock at once, so that two writers queue instead of failing; rolled back on
// destruction unless committed.
class Transaction {
 public:
  explicit Transaction(Sqlite& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Sqlite& x_database;
  bool x_open = true;
};

}  // namespace assay
