// SPDX-License-Identifier: MIT
#include "base/files.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"

namespace assay {
namespace {

TEST(Files, a_written_file_reads_back_and_leaves_nothing_beside_it) {
  const TempDir folder;
  write_file(folder.path() / "a", std::string("x\0y", 3));
  EXPECT_EQ(read_file(folder.path() / "a"), std::string("x\0y", 3));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Files, a_full_disk_is_a_sentence_and_the_old_file_stays) {
  EXPECT_THROW(write_file("/dev/full/x", "a"), Error);
  const TempDir folder;
  write_file(folder.path() / "a", "old");
  std::filesystem::create_directory(folder.path() / "b");
  EXPECT_THROW(write_file(folder.path() / "b", "new"), Error);
  EXPECT_EQ(read_file(folder.path() / "a"), "old");
}

TEST(Files, a_folder_or_a_pipe_is_not_read_and_does_not_hang) {
  EXPECT_THROW(read_file("/"), Error);
  EXPECT_THROW(map_file("/dev/zero"), Error);
  EXPECT_THROW(read_file("/no/such/file"), Error);
}

TEST(Files, a_file_of_proc_is_read_whole_though_its_size_is_zero) {
  EXPECT_NE(read_file("/proc/self/stat").find("base_test"), std::string::npos);
}

TEST(Files, a_mapping_outlives_the_file_and_an_empty_file_maps_to_nothing) {
  const TempDir folder;
  write_file(folder.path() / "a", "abc");
  const MappedFile mapped = map_file(folder.path() / "a");
  std::filesystem::remove(folder.path() / "a");
  ASSERT_EQ(mapped.size, 3u);
  EXPECT_EQ(static_cast<char>(mapped.bytes.get()[2]), 'c');
  write_file(folder.path() / "empty", "");
  EXPECT_EQ(map_file(folder.path() / "empty").size, 0u);
}

TEST(Files, a_temporary_folder_removes_itself_with_its_content) {
  std::filesystem::path path;
  {
    const TempDir folder;
    path = folder.path();
    write_file(path / "a", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Hash, is_the_published_digest_of_abc) {
  const char* abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(sha256("abc"), abc);
  const TempDir folder;
  write_file(folder.path() / "a", "abc");
  EXPECT_EQ(sha256_file(folder.path() / "a"), abc);
  EXPECT_THROW(sha256_file(folder.path() / "b"), Error);
}

}  // namespace
}  // namespace assay
