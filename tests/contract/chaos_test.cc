// SPDX-License-Identifier: MIT
// Every mode of the chaos engine, by name, as the host sees it.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "contract/models.h"
#include "contract/subject.h"

namespace assay {
namespace {

struct Chaos : testing::Test {
  LoadRequest with(const std::string& mode, const std::string& when = "run") {
    LoadRequest request = request_for(graph, folder);
    request.configuration.options = {{"mode", mode}, {"when", when}};
    return request;
  }
  // What the second run ends with.
  Failure second_run(Subject& subject, const std::string& mode, double deadline_seconds = 10) {
    const int session = subject.load(with(mode));
    subject.compute(session, inputs_of(graph, 1));
    return subject.failure({{"type", "run"}, {"sessions", {session}}, {"count", 1}},
                           deadline_seconds);
  }
  Outcome outcome_of(const std::string& mode, double deadline_seconds = 10) {
    Subject subject("chaos");
    return second_run(subject, mode, deadline_seconds).outcome;
  }
  TempDir folder;
  const Graph graph = small_network();
};

TEST_F(Chaos, ends_or_fails_as_its_mode_says) {
  EXPECT_EQ(outcome_of("none"), Outcome::ok);
  EXPECT_EQ(outcome_of("crash"), Outcome::crashed);
  EXPECT_EQ(outcome_of("exit"), Outcome::crashed);
  EXPECT_EQ(outcome_of("garbage"), Outcome::crashed);
  EXPECT_EQ(outcome_of("throw"), Outcome::run_failed);
  EXPECT_EQ(outcome_of("oom"), Outcome::out_of_memory);
  EXPECT_EQ(outcome_of("hang", 0.3), Outcome::timed_out);
  EXPECT_EQ(outcome_of("ignore_term", 0.3), Outcome::timed_out);
}

TEST_F(Chaos, fails_at_the_moment_that_was_asked_for) {
  Subject subject("chaos");
  const auto load = [&](const char* mode) {
    return subject.failure({{"type", "load"}, {"request", with(mode, "load")}}).outcome;
  };
  EXPECT_EQ(load("throw"), Outcome::load_failed);
  EXPECT_EQ(load("oom"), Outcome::out_of_memory);
  const int session = subject.load(with("throw", "first_run"));
  subject.bind(session, inputs_of(graph, 1));
  EXPECT_EQ(subject.failure({{"type", "run"}, {"sessions", {session}}, {"count", 1}}).outcome,
            Outcome::run_failed);
  subject.run(session);
  subject.ask({{"type", "unload"}});
  subject.load(with("crash", "unload"));
  EXPECT_EQ(subject.failure({{"type", "unload"}}).outcome, Outcome::crashed);
}

TEST_F(Chaos, fails_before_hello_when_its_argument_says_so) {
  for (const std::string mode : {"crash", "exit", "garbage"}) {
    WorkerOptions options;
    options.command = {worker_path("chaos"), mode};
    const auto started = WorkerProcess::start(options);
    ASSERT_TRUE(std::holds_alternative<Failure>(started)) << mode;
    EXPECT_EQ(std::get<Failure>(started).outcome, Outcome::crashed) << mode;
  }
}

TEST_F(Chaos, is_ended_at_the_memory_cap_when_it_leaks) {
  constexpr int64_t kCap = int64_t{300} << 20;
  Subject subject("chaos", kCap);
  const int session = subject.load(with("leak"));
  subject.compute(session, inputs_of(graph, 1));
  const Failure failure =
      subject.failure({{"type", "run"}, {"sessions", {session}}, {"count", 200}}, 30);
  EXPECT_EQ(failure.outcome, Outcome::out_of_memory);
}

TEST_F(Chaos, does_no_harm_by_printing_to_standard_output) {
  Subject subject("chaos");
  EXPECT_EQ(second_run(subject, "stdout").outcome, Outcome::ok);
  // The host reads it beside the protocol, so it may come after the answer.
  for (int i = 0; i < 1000 && subject.process().last_words() != "and again"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(subject.process().last_words(), "and again");
}

TEST_F(Chaos, computes_wrong_outputs_only_when_asked_to) {
  Subject subject("chaos");
  const Tensors inputs = inputs_of(graph, 1);
  const int session = subject.load(with("wrong_output"));
  EXPECT_GT(difference(subject.compute(session, inputs), expected(graph, inputs)), 0.1);
}

TEST_F(Chaos, is_slow_exactly_once) {
  Subject subject("chaos");
  const int session = subject.load(with("slow_once"));
  subject.bind(session, inputs_of(graph, 1));
  const auto samples = subject.run(session, 50).samples_ns;
  EXPECT_EQ(std::ranges::count_if(samples, [](int64_t ns) { return ns > 250'000'000; }), 1);
}

TEST_F(Chaos, lies_about_precision_and_threads) {
  Subject subject("chaos");
  subject.load(with("lie_precision"));
  EXPECT_EQ(subject.facts().precision_executed.begin()->first, "bf16");
  subject.ask({{"type", "unload"}});
  const int session = subject.load(with("lie_threads"));
  subject.bind(session, inputs_of(graph, 1));
  EXPECT_GT(subject.run(session, kMaxBurst, 300'000'000).busy_threads, 1);
}

TEST_F(Chaos, has_every_mode_that_the_command_line_promises) {
  const Subject subject("chaos");
  const auto& options = subject.info().options;
  const auto mode = std::ranges::find(options, "mode", &OptionInfo::name);
  ASSERT_NE(mode, options.end());
  EXPECT_THAT(mode->choices,
              testing::IsSupersetOf({"crash", "hang", "exit", "leak", "garbage", "stdout",
                                     "wrong_output", "slow_once", "lie_precision", "lie_threads"}));
}

}  // namespace
}  // namespace assay
