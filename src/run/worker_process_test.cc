// SPDX-License-Identifier: MIT
// What a worker says, or fails to say, and what the host makes of it.
#include "run/worker_process.h"

#include <gmock/gmock.h>

#include "run/fake_worker.h"

namespace assay {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Failure failure_at_start(const WorkerOptions& options) {
  auto started = WorkerProcess::start(options);
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
  const Failure failure = failure_at_start(options_for(FakeWorker("echo no licence >&2; exit 12")));
  EXPECT_EQ(failure.outcome, Outcome::crashed);
  EXPECT_EQ(failure.reason, "exited with 12 before answering hello; its last words: no licence");
}

TEST(WorkerProcess, says_of_a_worker_without_its_library_that_it_cannot_be_loaded) {
  const Failure failure = failure_at_start(options_for(
      FakeWorker("echo /a/worker: error while loading shared libraries: libfoo.so.1: cannot open "
                 ">&2; exit 127")));
  EXPECT_EQ(failure.outcome, Outcome::load_failed);
  EXPECT_EQ(failure.reason, "libfoo.so.1: cannot open");
  EXPECT_EQ(failure_at_start(options_for(FakeWorker("exit 127"))).reason,
            "the worker or a library of it is missing");
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

TEST(WorkerProcess, takes_an_answer_given_just_before_the_end) {
  const Failure answered = failure_of("answer done; exit 0");
  EXPECT_EQ(answered.outcome, Outcome::ok) << answered.reason;
}

TEST(WorkerProcess, ends_a_worker_that_takes_more_memory_than_its_cap) {
  // A shell variable that doubles until something stops it.
  const Failure failure =
      failure_of("x=xxxxxxxxxxxxxxxx; while true; do x=$x$x; done", 20, 100'000'000);
  EXPECT_EQ(failure.outcome, Outcome::out_of_memory);
  EXPECT_THAT(failure.reason, HasSubstr("above the cap of 100 MB"));
}

}  // namespace
}  // namespace assay
