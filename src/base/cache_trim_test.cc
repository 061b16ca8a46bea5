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

TEST_F(CacheTrim, of_a_folder_that_is_not_there_does_nothing) {
  trim_cache(folder.path() / "none", 0);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace assay
