// SPDX-License-Identifier: MIT
// What add() returned from is there afterwards, whatever happens to the writer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "store/store.h"
#include "store/store_test_examples.h"

namespace assay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Measurement with_samples(const std::string& id, size_t count) {
  Measurement value = example_measurement(id);
  value.processes[0].latency_ns.assign(count, 1'234'567);
  return value;
}

// Adds for ever and reports each finished one through the pipe.
[[noreturn]] void write_for_ever(const std::filesystem::path& folder, int round, int channel) {
  Store store(folder);
  for (int i = 0;; ++i) {
    store.add(with_samples(fmt::format("{:03}-{:06}", round, i), 20'000));
    if (write(channel, &i, sizeof i) != sizeof i) _exit(1);
  }
}

TEST(StoreDurability, a_writer_killed_at_any_moment_loses_nothing_that_was_finished) {
  const TempDir folder;
  { Store store(folder.path()); }
  std::mt19937 random(1);
  size_t promised = 0;
  for (int round = 0; round < 20; ++round) {
    int channel[2];
    ASSERT_EQ(pipe(channel), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_for_ever(folder.path(), round, channel[1]);
    close(channel[1]);
    int finished = 0;
    ASSERT_EQ(read(channel[0], &finished, sizeof finished), ssize_t{sizeof finished});
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    size_t in_round = 1;
    while (read(channel[0], &finished, sizeof finished) == ssize_t{sizeof finished}) ++in_round;
    close(channel[0]);
    promised += in_round;
    const Store store(folder.path());
    for (size_t i = 0; i < in_round; ++i)
      EXPECT_EQ(store.find(fmt::format("{:03}-{:06}", round, i))->processes[0].latency_ns.size(),
                20'000u);
  }
  // One more per round may have been committed without having been reported.
  const size_t stored = Store(folder.path()).measurements().size();
  EXPECT_GE(stored, promised);
  EXPECT_LE(stored, promised + 20);
}

TEST(StoreDurability, processes_that_create_and_add_at_once_all_succeed) {
  const TempDir folder;
  std::vector<std::function<std::string()>> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.push_back(start_child([&, writer] {
      Store store(folder.path());
      for (int i = 0; i < 25; ++i) store.add(with_samples(fmt::format("{}-{:02}", writer, i), 100));
    }));
  for (const auto& sentence : writers) EXPECT_EQ(sentence(), "no error");
  EXPECT_EQ(Store(folder.path()).measurements().size(), 100u);
}

// A limit on the size of files is the full disk that needs no privileges: the write fails in the
// same place.
TEST(StoreDurability, a_disk_that_fills_up_is_a_sentence_and_keeps_what_was_stored) {
  const TempDir folder;
  Store(folder.path()).add(example_measurement("01A"));
  const auto fill = [&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{512 * 1024, 512 * 1024};
    ASSAY_CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    Store store(folder.path());
    for (int i = 0; i < 1000; ++i) store.add(with_samples(fmt::format("02-{:04}", i), 5'000));
  };
  EXPECT_THAT(sentence_of_child(fill),
              AllOf(HasSubstr((folder.path() / "assay.db").string()), HasSubstr("full"),
                    HasSubstr("what was stored before is kept")));
  Store store(folder.path());
  const size_t kept = store.measurements().size();
  EXPECT_GT(kept, 5u);
  EXPECT_EQ(store.find("01A"), example_measurement("01A"));
  store.add(example_measurement("03A"));  // with room again
  EXPECT_EQ(store.measurements().size(), kept + 1);
}

}  // namespace
}  // namespace assay
