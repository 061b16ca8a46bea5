// SPDX-License-Identifier: MIT
#include "run/worker_process.h"

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
#include "run/worker_environment.h"

namespace assay {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Started = std::variant<std::unique_ptr<WorkerProcess>, Failure>;

WorkerOptions options_for(const FakeWorker& fake) {
  WorkerOptions options;
  options.command = {fake.path().string()};
  options.hello_deadline_seconds = 5;
  return options;
}

std::unique_ptr<WorkerProcess> live(const WorkerOptions& options) {
  Started started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started)) {
    ADD_FAILURE() << failure->reason;
    return nullptr;
  }
  return std::move(std::get<std::unique_ptr<WorkerProcess>>(started));
}

Failure failure_at_start(const WorkerOptions& options) {
  Started started = WorkerProcess::start(options);
  if (const Failure* failure = std::get_if<Failure>(&started)) return *failure;
  return {Outcome::ok, "it said hello"};
}

// What a script that has said hello does with a request.
Failure failure_of(const std::string& script, double deadline_seconds = 5,
                   int64_t memory_cap_bytes = 0) {
  const FakeWorker fake("cat hello; " + script);
  WorkerOptions options = options_for(fake);
  options.memory_cap_bytes = memory_cap_bytes;
  const auto worker = live(options);
  if (!worker) return {};
  const Reply reply = worker->request({{"type", "load"}}, deadline_seconds);
  if (const Failure* failure = std::get_if<Failure>(&reply)) return *failure;
  return {Outcome::ok, std::get<nlohmann::json>(reply).dump()};
}

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

TEST(WorkerProcess, takes_the_hello_and_the_replies) {
  const FakeWorker fake("cat hello; answer done; answer done; sleep 60");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  EXPECT_EQ(worker->info().name, "fake");
  for (int i = 0; i < 2; ++i) {
    const Reply reply = worker->request({{"type", "load"}}, 5);
    ASSERT_TRUE(std::holds_alternative<nlohmann::json>(reply));
    EXPECT_TRUE(std::get<nlohmann::json>(reply).at("ok").get<bool>());
  }
}

TEST(WorkerProcess, leaves_a_worker_alive_that_only_says_no) {
  FakeWorker fake("cat hello; answer no; answer done; sleep 60");
  fake.put_frame("no", {{"ok", false}, {"outcome", "load_failed"}, {"reason", "too odd"}});
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply no = worker->request({{"type", "load"}}, 5);
  EXPECT_EQ(std::get<Failure>(no).outcome, Outcome::load_failed);
  EXPECT_EQ(std::get<Failure>(no).reason, "too odd");
  EXPECT_FALSE(worker->end());
  EXPECT_TRUE(std::holds_alternative<nlohmann::json>(worker->request({{"type", "load"}}, 5)));
}

TEST(WorkerProcess, names_the_signal_that_killed_a_worker) {
  const Failure failure = failure_of("answer /dev/null; echo stack smashed >&2; kill -SEGV $$");
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_EQ(failure.reason, "killed by SIGSEGV during load; its last words: stack smashed");
}

TEST(WorkerProcess, names_the_status_with_which_a_worker_exited) {
  const Failure failure = failure_of("answer /dev/null; exit 3");
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_EQ(failure.reason, "exited with 3 before answering load");
}

TEST(WorkerProcess, says_that_a_kill_from_outside_was_not_its_own) {
  const Failure failure = failure_of("answer /dev/null; kill -KILL $$");
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_THAT(failure.reason, HasSubstr("SIGKILL during load, not by assay"));
}

TEST(WorkerProcess, ends_a_worker_that_hangs_although_it_ignores_being_asked_to_end) {
  const FakeWorker fake("cat hello; trap '' TERM; while true; do sleep 1; done");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const pid_t pid = worker->pid();
  const Reply reply = worker->request({{"type", "run"}}, 0.1);
  EXPECT_EQ(std::get<Failure>(reply).outcome, Outcome::timed_out);
  EXPECT_EQ(std::get<Failure>(reply).reason, "no answer to run within 0.1 s");
  EXPECT_FALSE(exists(pid));
}

TEST(WorkerProcess, fails_in_the_same_way_after_the_end) {
  const FakeWorker fake("cat hello; answer /dev/null; exit 7");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply first = worker->request({{"type", "load"}}, 5);
  const Reply second = worker->request({{"type", "run"}}, 5);
  EXPECT_EQ(std::get<Failure>(first).reason, std::get<Failure>(second).reason);
  EXPECT_EQ(std::get<Failure>(second).outcome, Outcome::crashed);
}

TEST(WorkerProcess, calls_rubbish_rubbish) {
  EXPECT_THAT(failure_of("answer /dev/null; echo this is no frame; sleep 9").reason,
              StartsWith("answered rubbish: "));
  EXPECT_THAT(
      failure_of("answer /dev/null; head -c 300000 /dev/zero | tr '\\0' '\\377'; sleep 9").reason,
      StartsWith("answered rubbish: "));
  EXPECT_THAT(failure_of("answer hello; sleep 9").outcome, Outcome::ok);
}

TEST(WorkerProcess, calls_a_reply_without_ok_rubbish) {
  FakeWorker fake("cat hello; answer odd; sleep 9");
  fake.put_frame("odd", {{"load_ns", 5}});
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply reply = worker->request({{"type", "load"}}, 5);
  EXPECT_EQ(std::get<Failure>(reply).outcome, Outcome::crashed);
  EXPECT_THAT(std::get<Failure>(reply).reason, StartsWith("answered rubbish: "));
  EXPECT_TRUE(worker->end());
}

TEST(WorkerProcess, refuses_another_protocol_and_names_both) {
  const Failure failure = failure_at_start(options_for(FakeWorker("cat hello; sleep 9", 99)));
  EXPECT_EQ(failure.outcome, Outcome::load_failed);
  EXPECT_EQ(failure.reason,
            fmt::format("the worker speaks protocol 99, this assay speaks {}", kProtocolVersion));
}

TEST(WorkerProcess, does_not_wait_for_ever_for_a_hello) {
  const FakeWorker fake("sleep 60");
  WorkerOptions options = options_for(fake);
  options.hello_deadline_seconds = 0.1;
  EXPECT_EQ(failure_at_start(options).outcome, Outcome::timed_out);
}

TEST(WorkerProcess, reports_a_worker_that_ends_before_its_hello) {
  const Failure failure =
      failure_at_start(options_for(FakeWorker("echo libfoo.so.1: cannot open >&2; exit 127")));
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_EQ(failure.reason,
            "exited with 127 before answering hello; its last words: libfoo.so.1: cannot open");
}

TEST(WorkerProcess, reports_an_executable_that_is_not_there) {
  WorkerOptions options;
  options.command = {"/no/such/worker"};
  const Failure failure = failure_at_start(options);
  EXPECT_EQ(failure.outcome, Outcome::load_failed);
  EXPECT_EQ(failure.reason, "cannot start '/no/such/worker': No such file or directory");
}

TEST(WorkerProcess, notices_a_worker_that_closes_its_output_and_lives_on) {
  const Failure failure = failure_of("answer /dev/null; exec >&-; sleep 60");
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_EQ(failure.reason, "closed its standard output during load");
}

TEST(WorkerProcess, notices_the_end_although_a_grandchild_holds_the_pipe) {
  const FakeWorker fake("cat hello; answer /dev/null; sleep 60 & echo $! > grandchild; exit 4");
  const auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const Reply reply = worker->request({{"type", "load"}}, 5);
  EXPECT_EQ(std::get<Failure>(reply).reason, "exited with 4 before answering load");
  const pid_t grandchild = std::atoi(read_file(fake.folder() / "grandchild").c_str());
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(gone_within(grandchild, 2));
}

TEST(WorkerProcess, takes_an_answer_given_just_before_the_end) {
  const Failure answered = failure_of("answer done; exit 0");
  EXPECT_EQ(answered.outcome, Outcome::ok) << answered.reason;
}

TEST(WorkerProcess, is_not_blocked_by_a_flood_on_standard_error) {
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

TEST(WorkerProcess, ends_a_worker_that_takes_more_memory_than_its_cap) {
  // A shell variable that doubles until something stops it.
  const Failure failure =
      failure_of("x=xxxxxxxxxxxxxxxx; while true; do x=$x$x; done", 20, 100'000'000);
  EXPECT_EQ(failure.outcome, Outcome::out_of_memory);
  EXPECT_THAT(failure.reason, HasSubstr("above the cap of 100 MB"));
}

TEST(WorkerProcess, leaves_nothing_behind_when_it_is_destroyed) {
  const FakeWorker fake("sleep 60 & echo $! > grandchild; cat hello; sleep 60");
  auto worker = live(options_for(fake));
  ASSERT_TRUE(worker);
  const pid_t pid = worker->pid();
  const pid_t grandchild = std::atoi(read_file(fake.folder() / "grandchild").c_str());
  worker.reset();
  EXPECT_FALSE(exists(pid));
  EXPECT_TRUE(gone_within(grandchild, 2));
}

TEST(WorkerProcess, outlives_the_thread_that_started_it) {
  const FakeWorker fake("cat hello; answer done; sleep 60");
  std::unique_ptr<WorkerProcess> worker;
  std::thread([&] { worker = live(options_for(fake)); }).join();
  ASSERT_TRUE(worker);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(std::holds_alternative<nlohmann::json>(worker->request({{"type", "load"}}, 5)));
}

TEST(WorkerProcess, dies_with_a_host_that_is_killed) {
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

TEST(WorkerProcess, gives_up_soon_after_an_interrupt) {
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

TEST(WorkerProcess, inherits_no_descriptor_of_the_host) {
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

TEST(WorkerEnvironment, drops_what_steers_engines_and_adds_what_is_set) {
  setenv("OMP_NUM_THREADS", "7", 1);
  setenv("TF_ENABLE_ONEDNN_OPTS", "0", 1);
  setenv("ASSAY_TEST_KEEPS", "yes", 1);
  const auto variables = worker_environment({{"OMP_WAIT_POLICY", "passive"}});
  EXPECT_THAT(variables, Contains("ASSAY_TEST_KEEPS=yes"));
  EXPECT_THAT(variables, Contains("OMP_WAIT_POLICY=passive"));
  EXPECT_THAT(variables, Not(Contains(StartsWith("OMP_NUM_THREADS="))));
  EXPECT_THAT(variables, Not(Contains(StartsWith("TF_"))));
  EXPECT_FALSE(steers_engines("PATH"));
  EXPECT_FALSE(steers_engines("HOMP_X"));
}

}  // namespace
}  // namespace assay
