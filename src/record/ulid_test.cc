// SPDX-License-Identifier: MIT
#include "record/ulid.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace assay {
namespace {

TEST(Ulid, has_the_digits_of_the_specification) {
  // The time of the example in github.com/ulid/spec: 01ARZ3NDEK is 1469922850259 ms.
  EXPECT_EQ(format_ulid(1469922850259, {}), "01ARZ3NDEK0000000000000000");
  EXPECT_EQ(format_ulid(0, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
            "0000000000ZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(format_ulid((uint64_t{1} << 48) - 1, {0, 0, 0, 0, 1, 0, 0, 0, 0, 32}),
            "7ZZZZZZZZZ0000000100000010");
}

TEST(Ulid, ids_of_one_process_increase) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3000; ++i) ids.push_back(make_ulid());
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(Ulid, ids_of_several_threads_differ) {
  std::vector<std::vector<std::string>> ids(4);
  std::vector<std::thread> threads;
  for (auto& list : ids)
    threads.emplace_back([&list] {
      for (int i = 0; i < 1000; ++i) list.push_back(make_ulid());
    });
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& list : ids) all.insert(list.begin(), list.end());
  EXPECT_EQ(all.size(), 4000u);
}

TEST(Ulid, a_forked_copy_makes_ids_of_its_own) {
  make_ulid();
  int channel[2];
  ASSERT_EQ(pipe(channel), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string id = make_ulid();
    _exit(write(channel[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()) ? 0 : 1);
  }
  const std::string ours = make_ulid();
  std::string theirs(26, ' ');
  ASSERT_EQ(read(channel[0], theirs.data(), theirs.size()), 26);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_NE(ours, theirs);
  close(channel[0]);
  close(channel[1]);
}

}  // namespace
}  // namespace assay
