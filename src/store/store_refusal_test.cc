// SPDX-License-Identifier: MIT
// Everything that can be wrong with a store's file is one sentence that names it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

#include "base/error.h"
#include "base/files.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "store/store_test_examples.h"

namespace assay {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::chrono::milliseconds kImpatient{50};

class StoreRefusal : public ::testing::Test {
 protected:
  fs::path file() const { return folder.path() / "assay.db"; }
  Sqlite raw() const { return Sqlite(file(), StoreAccess::read_write, kImpatient); }
  void expect_refused(const std::string& why) {
    for (const StoreAccess access : {StoreAccess::read, StoreAccess::read_write})
      EXPECT_THAT([&] { Store store(folder.path(), access, kImpatient); },
                  ThrowsMessage<Error>(AllOf(HasSubstr(file().string()), HasSubstr(why))));
  }
  const TempDir folder;
};

TEST_F(StoreRefusal, a_file_that_is_no_database) {
  write_file(file(), std::string(5000, 'x'));
  expect_refused("is not a store of assay: it is no SQLite database");
  EXPECT_EQ(read_file(file()), std::string(5000, 'x'));
}

TEST_F(StoreRefusal, another_programs_database_which_stays_as_it_is) {
  raw().execute("CREATE TABLE bookmarks (url TEXT)");
  const std::string before = read_file(file());
  expect_refused("is not a store of assay: it is another program's database");
  EXPECT_EQ(read_file(file()), before);
}

TEST_F(StoreRefusal, another_programs_empty_database) {
  raw().execute("PRAGMA application_id = 7");
  expect_refused("another program's database");
}

TEST_F(StoreRefusal, a_newer_schema) {
  { Store store(folder.path()); }
  raw().execute("PRAGMA user_version = 99");
  expect_refused("has schema version 99, and this assay reads up to 2: use a newer assay");
}

TEST_F(StoreRefusal, a_folder_in_the_files_place) {
  fs::create_directory(file());
  expect_refused("is not a store of assay: it is a folder");
}

TEST_F(StoreRefusal, a_file_in_the_folders_place) {
  write_file(folder.path() / "taken", "x");
  EXPECT_THAT([&] { Store store(folder.path() / "taken"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("taken"), HasSubstr("--store"))));
  EXPECT_THAT([&] { Store store(folder.path() / "taken" / "below"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("below"), HasSubstr("--store"))));
}

TEST_F(StoreRefusal, reading_where_there_is_no_store_and_none_is_made) {
  EXPECT_THAT([&] { Store store(folder.path() / "none", StoreAccess::read); },
              ThrowsMessage<Error>(AllOf(HasSubstr("there is no store in"), HasSubstr("none"))));
  EXPECT_FALSE(fs::exists(folder.path() / "none"));
}

TEST_F(StoreRefusal, a_lock_that_another_process_holds_after_a_while) {
  { Store store(folder.path()); }
  Sqlite holder = raw();
  holder.execute("BEGIN IMMEDIATE");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT([&] { Store store(folder.path(), StoreAccess::read_write, std::chrono::seconds(1)); },
              ThrowsMessage<Error>(
                  AllOf(HasSubstr(file().string()), HasSubstr("is locked by another process"))));
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GT(waited, std::chrono::milliseconds(800));
  EXPECT_LT(waited, std::chrono::seconds(5));
  EXPECT_NO_THROW(Store(folder.path(), StoreAccess::read, kImpatient).measurements());
}

TEST_F(StoreRefusal, a_file_that_may_only_be_read) {
  { Store store(folder.path()); }
  fs::permissions(folder.path(), fs::perms(0777));
  fs::permissions(file(), fs::perms(0444));
  EXPECT_THAT(sentence_of_child([&] { Store store(folder.path()); }, true),
              AllOf(HasSubstr(file().string()), HasSubstr("is read-only")));
}

TEST_F(StoreRefusal, a_folder_that_may_only_be_read_is_refused_for_writing_and_read_as_it_is) {
  Store(folder.path()).add(example_measurement("01A"));
  fs::permissions(file(), fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0555));
  EXPECT_THAT(sentence_of_child([&] { Store store(folder.path()); }, true),
              AllOf(HasSubstr(file().string()), HasSubstr("is read-only")));
  const auto read = [&] {
    const Store store(folder.path(), StoreAccess::read);
    if (store.measurements() != std::vector{example_measurement("01A")}) throw Error("different");
  };
  EXPECT_EQ(sentence_of_child(read, true), "no error");
  fs::permissions(folder.path(), fs::perms(0755));
}

TEST_F(StoreRefusal, a_folder_where_nothing_may_be_made) {
  fs::permissions(folder.path(), fs::perms(0555));
  EXPECT_THAT(sentence_of_child([&] { Store store(folder.path()); }, true),
              AllOf(HasSubstr(file().string()), HasSubstr("--store")));
  EXPECT_THAT(sentence_of_child([&] { Store store(folder.path() / "deeper"); }, true),
              AllOf(HasSubstr("deeper"), HasSubstr("Permission denied")));
  fs::permissions(folder.path(), fs::perms(0755));
}

TEST_F(StoreRefusal, damaged_samples_with_the_id_of_their_measurement) {
  Store(folder.path()).add(example_measurement("01A"));
  Store(folder.path()).add(example_measurement("01B"));
  for (const char* damage :
       {"UPDATE samples SET latency_ns = substr(latency_ns, 1, 16) WHERE measurement_id = '01A'",
        "UPDATE samples SET latency_ns = x'00' WHERE measurement_id = '01A'",
        "UPDATE samples SET warmup_count = -1 WHERE measurement_id = '01A'",
        "UPDATE samples SET process = 7 WHERE measurement_id = '01A' AND process = 1",
        "DELETE FROM samples WHERE measurement_id = '01A' AND process = 1"}) {
    raw().execute(damage);
    EXPECT_THAT([&] { Store(folder.path()).find("01A"); },
                ThrowsMessage<Error>(HasSubstr("raw samples of measurement '01A'")))
        << damage;
    EXPECT_TRUE(Store(folder.path()).find("01B"));
  }
}

TEST_F(StoreRefusal, a_damaged_record_with_its_id) {
  Store(folder.path()).add(example_measurement("01A"));
  for (const char* text : {"{", "[]", R"({"outcome": "melted"})", "\xff"}) {
    raw().execute(std::string("UPDATE measurements SET record = '") + text + "'");
    EXPECT_THAT([&] { Store(folder.path()).measurements(); },
                ThrowsMessage<Error>(HasSubstr("the stored record '01A' is damaged")))
        << text;
  }
}

TEST_F(StoreRefusal, a_database_with_pages_of_rubbish_never_crashes) {
  Store(folder.path()).add(example_measurement("01A"));
  const std::string whole = read_file(file());
  for (size_t at = 100; at < whole.size(); at += 509) {
    std::string damaged = whole;
    for (size_t i = at; i < std::min(at + 64, whole.size()); ++i) damaged[i] = '\x5a';
    write_file(file(), damaged);
    try {
      const auto measurements = Store(folder.path(), StoreAccess::read).measurements();
      EXPECT_LE(measurements.size(), 1u);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()), "");
    }
  }
}

}  // namespace
}  // namespace assay
