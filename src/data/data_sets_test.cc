// SPDX-License-Identifier: MIT
#include "data/data_sets.h"

#include <gmock/gmock.h>

#include "base/files.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DataSets, that_are_missing_say_which_file_and_the_command_that_adds_it) {
  const TempDir root;
  for (const DataSet& set : data_sets())
    EXPECT_THAT(missing(set, root.path()),
                AllOf(HasSubstr(set.files.front()), HasSubstr(set.how_to_add)));
}

TEST(DataSets, are_there_when_every_file_is) {
  const TempDir root;
  const DataSet& set = data_sets().front();
  std::filesystem::create_directories(root.path() / set.folder);
  for (const std::string& file : set.files) {
    EXPECT_THAT(missing(set, root.path()), HasSubstr(file));
    write_file(root.path() / set.folder / file, "x");
  }
  EXPECT_EQ(missing(set, root.path()), "");
}

}  // namespace
}  // namespace assay
