// SPDX-License-Identifier: MIT
// What happens beside the protocol: ends, orphans, floods, threads and inherited descriptors.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/clock.h"
#include "machine/proc_files.h"
#include "run/fake_worker.h"

namespace assay {
namespace {

using testing::HasSubstr;
using testing::Not;

// A zombie that its new parent has not yet reaped is gone, too.
bool exists(pid_t pid) {
  const auto status = read_fields(fmt::format("/proc/{}/status", pid));
  return status.contains("State") && !status.at("State").starts_with("Z");
}

bool gone_within(pid_t pid, double seconds) {
  const int64_t end_ns = monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
  while (exists(pid) && monotonic_ns() < end_ns)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return !exists(pid);
}

TEST(WorkerLife, ends_a_worker_that_hangs_although_it_ignores_being_asked_to_end) {
  const FakeWorker fake("cat hello; trap '' TERM; while true; do sleep 1; done");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const pid_t pid = worker->pid();
  const Reply reply = worker->request({{"type", "run"}}, 0.1);
  EXPECT_EQ(std::get<Failure>(reply).outcome, Outcome::timed_out);
  EXPECT_EQ(std::get<Failure>(reply).reason, "no answer to run within 0.1 s");
  EXPECT_FALSE(exists(pid));
}

TEST(WorkerLife, notices_the_end_although_a_grandchild_holds_the_pipe) {
  const FakeWorker fake("cat hello; answer /dev/null; sleep 60 & echo $! > grandchild; exit 4");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply reply = worker->request({{"type", "load"}}, 5);
  EXPECT_EQ(std::get<Failure>(reply).reason, "exited with 4 before answering load");
  const pid_t grandchild = std::atoi(read_file(fake.folder() / "grandchild").c_str());
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(gone_within(grandchild, 2));
}

TEST(WorkerLife, is_not_blocked_by_a_flood_on_standard_error) {
  const FakeWorker fake(
      "cat hello; head -c 20000000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo the end >&2; "
      "answer done; sleep 60");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply reply = worker->request({{"type", "load"}}, 10);
  EXPECT_TRUE(std::holds_alternative<nlohmann::json>(reply));
  for (int i = 0; i < 200 && worker->last_words() != "the end"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(worker->last_words(), "the end");
}

TEST(WorkerLife, leaves_nothing_behind_when_it_is_destroyed) {
  const FakeWorker fake("sleep 60 & echo $! > grandchild; cat hello; sleep 60");
  auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const pid_t pid = worker->pid();
  const pid_t grandchild = std::atoi(read_file(fake.folder() / "grandchild").c_str());
  worker.reset();
  EXPECT_FALSE(exists(pid));
  EXPECT_TRUE(gone_within(grandchild, 2));
}

TEST(WorkerLife, outlives_the_thread_that_started_it) {
  const FakeWorker fake("cat hello; answer done; sleep 60");
  std::unique_ptr<WorkerProcess> worker;
  std::thread([&] { worker = live(options_for(fake)); }).join();
  ASSERT_TRUE(worker);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(std::holds_alternative<nlohmann::json>(worker->request({{"type", "load"}}, 5)));
}

TEST(WorkerLife, dies_with_a_host_that_is_killed) {
  const FakeWorker fake("echo $$ > pid; cat hello; while true; do sleep 60; done");
  const pid_t host = fork();
  ASSERT_GE(host, 0);
  if (host == 0) {
    const auto worker = live(options_for(fake));
    while (true) pause();
  }
  for (int i = 0; i < 400 && !std::filesystem::exists(fake.folder() / "pid"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const pid_t worker = std::atoi(read_file(fake.folder() / "pid").c_str());
  ASSERT_GT(worker, 0);
  EXPECT_TRUE(exists(worker));
  kill(host, SIGKILL);
  waitpid(host, nullptr, 0);
  EXPECT_TRUE(gone_within(worker, 2));
}

TEST(WorkerLife, gives_up_soon_after_an_interrupt) {
  const FakeWorker fake("cat hello; sleep 60");
  std::atomic<bool> stop = false;
  WorkerOptions options = options_for(fake);
  options.stop = &stop;
  const auto worker = live(options);
  ASSERT_TRUE(worker);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  const int64_t start_ns = monotonic_ns();
  const Reply reply = worker->request({{"type", "load"}}, 30);
  later.join();
  EXPECT_EQ(std::get<Failure>(reply).reason, kInterrupted);
  EXPECT_LT(monotonic_ns() - start_ns, 2'000'000'000);
}

TEST(WorkerLife, inherits_no_descriptor_of_the_host) {
  const FakeWorker fake("ls -l /proc/$$/fd > descriptors; cat hello; sleep 60");
  std::ofstream(fake.folder() / "a_file_of_the_host") << "secret";
  const int leaky = open((fake.folder() / "a_file_of_the_host").c_str(), O_RDONLY);
  ASSERT_GE(leaky, 0);
  const auto worker = live(options_for(fake));
  close(leaky);
  ASSERT_TRUE(worker);
  const std::string list = read_file(fake.folder() / "descriptors");
  EXPECT_THAT(list, HasSubstr("socket:"));
  EXPECT_THAT(list, Not(HasSubstr("a_file_of_the_host")));
}

}  // namespace
}  // namespace assay
