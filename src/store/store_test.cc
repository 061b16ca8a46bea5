// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store_test_examples.h"

namespace assay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::chrono::milliseconds kImpatient{50};

TEST(Store, gives_back_what_was_added_in_the_order_of_ids) {
  const TempDir folder;
  const Measurement a = example_measurement("01A");
  const Measurement b = example_measurement("01B", "C2");
  Measurement failed = example_measurement("01C");
  failed.outcome = Outcome::crashed;
  failed.reason = "the worker died of signal 11";
  failed.processes.clear();
  {
    Store store(folder.path());
    store.add(example_context());
    store.add(b);
    store.add(a);
    store.add(failed);
    EXPECT_THAT(store.measurements(), ElementsAre(a, b, failed));
  }
  const Store reopened(folder.path());
  EXPECT_THAT(reopened.measurements(), ElementsAre(a, b, failed));
  EXPECT_THAT(reopened.measurements("C1"), ElementsAre(a, failed));
  EXPECT_THAT(reopened.measurements("nothing"), ElementsAre());
  EXPECT_THAT(reopened.contexts(), ElementsAre(example_context()));
}

TEST(Store, a_context_added_again_replaces_the_first) {
  const TempDir folder;
  Store store(folder.path());
  Context context = example_context();
  store.add(context);
  context.doubts.push_back(Doubt::throttled);
  store.add(context);
  EXPECT_THAT(store.contexts(), ElementsAre(context));
}

TEST(Store, finds_by_an_unambiguous_beginning_in_either_case) {
  const TempDir folder;
  Store store(folder.path());
  store.add(example_measurement("01ABC"));
  store.add(example_measurement("01ABCD"));
  store.add(example_measurement("01AX%"));
  EXPECT_EQ(store.find("01ax")->id, "01AX%");
  EXPECT_EQ(store.find("01ABCD")->id, "01ABCD");
  EXPECT_EQ(store.find("01ABC")->id, "01ABC");  // a whole id is itself, also when others go on
  EXPECT_FALSE(store.find("%"));
  EXPECT_FALSE(store.find("01ABCDE"));
  EXPECT_FALSE(store.find(""));
  EXPECT_THAT([&] { store.find("01ab"); },
              ThrowsMessage<Error>("'01ab' is the beginning of 2 measurements: 01ABC, 01ABCD"));
  for (int i = 0; i < 5; ++i) store.add(example_measurement("01AB" + std::to_string(i)));
  EXPECT_THAT([&] { store.find("01"); },
              ThrowsMessage<Error>(HasSubstr("beginning of 8 measurements: 01AB0, 01AB1, 01AB2, "
                                             "01AB3, 01AB4, ...")));
}

TEST(Store, keeps_a_million_samples_exactly) {
  const TempDir folder;
  Measurement large = example_measurement("01L");
  large.processes[1].latency_ns.resize(1'000'000);
  for (size_t i = 0; i < 1'000'000; ++i)
    large.processes[1].latency_ns[i] = static_cast<int64_t>(i * i);
  Store(folder.path()).add(large);
  EXPECT_EQ(Store(folder.path()).find("01L"), large);
}

TEST(Store, the_same_id_twice_is_refused_and_the_first_stays) {
  const TempDir folder;
  Store store(folder.path());
  store.add(example_measurement("01A"));
  Measurement other = example_measurement("01A");
  other.reason = "other";
  EXPECT_THROW(store.add(other), Error);
  EXPECT_THAT(store.measurements(), ElementsAre(example_measurement("01A")));
}

TEST(Store, reads_while_another_process_writes) {
  const TempDir folder;
  Store writer(folder.path());
  writer.add(example_measurement("01A"));
  const Store reader(folder.path(), StoreAccess::read);
  writer.add(example_measurement("01B"));
  EXPECT_EQ(reader.measurements().size(), 2u);
}

TEST(Store, a_baseline_is_what_the_newest_run_kept_under_its_name) {
  const TempDir folder;
  Store store(folder.path());
  const auto add = [&](const char* id, const char* context, const char* name) {
    Measurement kept = example_measurement(id);
    kept.context_id = context;
    kept.baseline = name;
    store.add(kept);
    return kept;
  };
  add("01A", "1", "main");
  const Measurement second = add("01B", "2", "main"), third = add("01C", "2", "main");
  const Measurement other = add("01D", "3", "it's");
  add("01E", "3", "");
  EXPECT_THAT(store.baseline("main"), ElementsAre(second, third));
  EXPECT_THAT(store.baseline("it's"), ElementsAre(other));
  EXPECT_TRUE(store.baseline("none").empty());
  EXPECT_TRUE(store.baseline("").empty());
  EXPECT_THAT(store.baselines(), ElementsAre("it's", "main"));
}

TEST(Store, opens_the_file_that_version_1_wrote) {
  const TempDir folder;
  write_file(folder.path() / "assay.db", read_file(ASSAY_TEST_DATA "/store/version-1.db"));
  const Store store(folder.path());
  EXPECT_THAT(store.measurements(), ElementsAre(example_measurement("01A")));
  EXPECT_THAT(store.contexts(), ElementsAre(example_context()));
}

TEST(Schema, a_next_version_keeps_what_is_there) {
  const TempDir folder;
  Store(folder.path()).add(example_measurement("01A"));
  std::vector<std::string_view> steps(schema_steps().begin(), schema_steps().end());
  const auto now = static_cast<int64_t>(steps.size());
  steps.push_back(
      "ALTER TABLE measurements ADD COLUMN energy REAL; UPDATE measurements SET energy = 7");
  Sqlite database(folder.path() / "assay.db", StoreAccess::read_write, kImpatient);
  EXPECT_THAT([&] { check_version(database, steps, "f"); },
              ThrowsMessage<Error>(HasSubstr(
                  fmt::format("'f' has schema version {} and this assay needs {}", now, now + 1))));
  migrate(database, steps, "f");
  migrate(database, steps, "f");  // nothing left to do
  EXPECT_EQ(database.integer("SELECT energy FROM measurements WHERE id = '01A'"), 7);
  EXPECT_EQ(database.integer("PRAGMA user_version"), now + 1);
  EXPECT_THAT([&] { Store store(folder.path()); },
              ThrowsMessage<Error>(HasSubstr(fmt::format(
                  "has schema version {}, and this assay reads up to {}", now + 1, now))));
}

TEST(Schema, of_the_first_version_is_brought_up_to_date_with_what_it_holds) {
  const TempDir folder;
  {
    Sqlite database(folder.path() / "assay.db", StoreAccess::read_write, kImpatient);
    migrate(database, schema_steps().first(1), "f");
  }
  Store store(folder.path());
  store.add(example_measurement("01A"));
  EXPECT_THAT(store.measurements(), ElementsAre(example_measurement("01A")));
  EXPECT_TRUE(store.sweeps("s").empty());
}

Sweep example_sweep(const std::string& id) {
  Sweep sweep;
  sweep.id = id;
  sweep.name = "nightly";
  sweep.cells = {"assay bench a", "assay bench b"};
  sweep.engines["null"] = "1";
  return sweep;
}

TEST(StoredSweep, comes_back_with_its_finished_cells) {
  const TempDir folder;
  Store store(folder.path());
  store.add(example_sweep("S1"));
  store.add(example_measurement("01A"), "S1", 1);
  EXPECT_THAT(store.sweeps("nightly"), ElementsAre(example_sweep("S1")));
  EXPECT_TRUE(store.sweeps("another").empty());
  EXPECT_EQ(store.finished("S1"), (std::map<size_t, std::string>{{1, "01A"}}));
  EXPECT_TRUE(store.finished("S2").empty());
}

TEST(StoredSweep, never_has_a_cell_twice_nor_half_of_one) {
  const TempDir folder;
  Store store(folder.path());
  store.add(example_measurement("01A"), "S1", 1);
  EXPECT_THROW(store.add(example_measurement("01B"), "S1", 1), Error);
  EXPECT_THAT(store.measurements(), ElementsAre(example_measurement("01A")));
}

TEST(MergedStore, has_what_both_had_once) {
  const TempDir here, there;
  Store store(here.path()), other(there.path());
  store.add(example_context("C1"));
  store.add(example_measurement("01A"));
  other.add(example_context("C2"));
  other.add(example_measurement("01A"));
  other.add(example_sweep("S2"));
  other.add(example_measurement("01B", "C2"), "S2", 0);
  EXPECT_EQ(store.merge(there.path()), 1);
  EXPECT_EQ(store.merge(there.path()), 0) << "a second time nothing is new";
  EXPECT_THAT(store.measurements(),
              ElementsAre(example_measurement("01A"), example_measurement("01B", "C2")));
  EXPECT_THAT(store.contexts(), ElementsAre(example_context("C1"), example_context("C2")));
  EXPECT_EQ(store.finished("S2").at(0), "01B");
}

TEST(MergedStore, is_not_itself_and_not_what_is_no_store) {
  const TempDir here, there;
  Store store(here.path());
  EXPECT_THAT([&] { store.merge(here.path()); }, ThrowsMessage<Error>(HasSubstr("with itself")));
  EXPECT_THAT([&] { store.merge(there.path()); },
              ThrowsMessage<Error>(HasSubstr("there is no store")));
}

TEST(Schema, a_step_that_fails_leaves_the_version_before_it) {
  const TempDir folder;
  Store(folder.path()).add(example_measurement("01A"));
  std::vector<std::string_view> steps(schema_steps().begin(), schema_steps().end());
  steps.push_back("DROP TABLE samples; SELECT no_such_function()");
  {
    Sqlite database(folder.path() / "assay.db", StoreAccess::read_write, kImpatient);
    EXPECT_THROW(migrate(database, steps, "f"), Error);
  }
  EXPECT_THAT(Store(folder.path()).measurements(), ElementsAre(example_measurement("01A")));
}

TEST(StoreFolder, is_the_flag_else_the_variable_else_the_users_data_folder) {
  setenv("ASSAY_STORE", "/from/variable", 1);
  EXPECT_EQ(store_folder("/from/flag"), "/from/flag");
  EXPECT_EQ(store_folder(""), "/from/variable");
  unsetenv("ASSAY_STORE");
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(store_folder(""), "/data/assay");
  unsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace assay
