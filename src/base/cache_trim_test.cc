// SPDX-License-Identifier: MIT
#include "base/cache_trim.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace assay {
namespace {

namespace fs = std::filesystem;

struct CacheTrim : testing::Test {
  fs::path network(const std::string& name, int hours_ago) {
    const fs::path file = folder.path() / (name + ".onnx");
    write_file(file, std::string(100, 'x'));
    write_file(note_of(file), "hash");
    fs::last_write_time(note_of(file),
                        fs::file_time_type::clock::now() - std::chrono::hours(hours_ago));
    return file;
  }
  TempDir folder;
};

TEST_F(CacheTrim, removes_what_was_used_longest_ago_with_its_note_and_no_more_than_needed) {
  const fs::path newest = network("newest", 2), middle = network("middle", 3),
                 oldest = network("oldest", 4);
  trim_cache(folder.path(), 200);
  EXPECT_FALSE(fs::exists(oldest) || fs::exists(note_of(oldest)));
  EXPECT_TRUE(fs::exists(middle) && fs::exists(newest));
}

TEST_F(CacheTrim, leaves_what_is_in_use_and_what_is_not_its_own) {
  const fs::path used = network("used", 5), foreign = folder.path() / "mine.onnx";
  write_file(foreign, "kept");
  note_use(used);
  trim_cache(folder.path(), 0);
  EXPECT_TRUE(fs::exists(used) && fs::exists(foreign));
}

TEST_F(CacheTrim, removes_old_files_that_had_no_note_once_they_got_one) {
  const auto written = [&](const char* name, int hours_ago) {
    const fs::path file = folder.path() / name;
    write_file(file, std::string(100, 'x'));
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(hours_ago));
    return file;
  };
  const fs::path old = written("old.tflite", 5), fresh = written("fresh.tflite", 0),
                 foreign = written("mine.txt", 5), known = network("known", 2);
  note_old_files(folder.path(), ".tflite");
  note_old_files(folder.path(), ".tflite");  // again changes nothing
  EXPECT_EQ(read_file(note_of(known)), "hash");
  trim_cache(folder.path(), 0);
  EXPECT_FALSE(fs::exists(old) || fs::exists(note_of(old)));
  EXPECT_TRUE(fs::exists(fresh)) << "another process may be about to read it";
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_FALSE(fs::exists(note_of(foreign)));
  note_old_files(folder.path() / "none", ".tflite");
}

TEST_F(CacheTrim, of_a_folder_that_is_not_there_does_nothing) {
  trim_cache(folder.path() / "none", 0);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace assay
