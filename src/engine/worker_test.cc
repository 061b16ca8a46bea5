// SPDX-License-Identifier: MIT
#include "engine/worker.h"

#include "engine/stub_engine.h"
#include "engine/wire.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(WorkerTest, says_hello_with_the_protocol_and_the_engine) {
  const json hello = worker.hello();
  EXPECT_EQ(hello.at("protocol"), kProtocolVersion);
  EXPECT_EQ(hello.at("info").at("name"), "stub");
}

TEST_F(WorkerTest, says_why_the_engine_cannot_even_say_what_it_is) {
  engine.hooks["info"] = [] { throw std::runtime_error("no plug-in"); };
  expect_failure(worker.hello(), "load_failed", "no plug-in");
}

TEST_F(WorkerTest, turns_what_the_engine_throws_into_outcomes_and_lives_on) {
  engine.hooks["load"] = [] { throw std::runtime_error("line one\n   line\xff two\n"); };
  expect_failure(load(), "load_failed", "line one line\uFFFD two");
  engine.hooks["load"] = [] { throw Unsupported("no such operator"); };
  expect_failure(load(), "unsupported", "no such operator");
  engine.hooks["load"] = [] { throw std::bad_alloc(); };
  expect_failure(load(), "out_of_memory", "memory");
  engine.hooks["load"] = [] { throw std::runtime_error("caught std::bad_alloc"); };
  expect_failure(load(), "out_of_memory", "bad_alloc");
  engine.hooks["load"] = [] { throw 42; };
  expect_failure(load(), "load_failed", "no std::exception");
  engine.hooks.clear();
  EXPECT_EQ(load().at("ok"), true);
  ask("open");
  engine.hooks["run"] = [] { throw std::runtime_error("kernel failed"); };
  expect_failure(run(), "run_failed", "kernel failed");
}

TEST_F(WorkerTest, refuses_what_the_engine_does_not_declare_before_loading) {
  engine.hooks["load"] = [] { FAIL() << "must not be reached"; };
  Configuration configuration;
  configuration.precision = "int8";
  expect_failure(load(configuration), "unsupported", "int8");
  const LoadRequest request{"m.onnx", configuration};
  const json answer = worker.answer({{"type", "supports"}, {"request", request}});
  EXPECT_EQ(answer.at("ok"), true);
  EXPECT_THAT(answer.at("why").get<std::string>(), HasSubstr("int8"));
  const LoadRequest good{"m.onnx", {}};
  EXPECT_EQ(worker.answer({{"type", "supports"}, {"request", good}}).at("why"), nullptr);
}

TEST_F(WorkerTest, answers_wrong_messages_with_a_failure) {
  expect_failure(worker.answer(json::object()), "run_failed", "'type'");
  expect_failure(worker.answer({{"type", 7}}), "run_failed", "'type'");
  expect_failure(worker.answer({{"type", "fly"}}), "run_failed", "unknown type 'fly'");
  expect_failure(worker.answer({{"type", "load"}}), "run_failed", "wrong message");
  expect_failure(worker.answer({{"type", "load"}, {"request", "m"}}), "run_failed",
                 "wrong message");
  expect_failure(ask("open"), "load_failed", "no program");
  expect_failure(ask("facts"), "run_failed", "no program");
  ASSERT_EQ(load().at("ok"), true);
  expect_failure(run(), "run_failed", "session 1 is not open");
  expect_failure(load(), "load_failed", "unload it first");
}

TEST_F(WorkerTest, runs_several_sessions_at_once_and_refuses_strange_sets_of_them) {
  load();
  ask("open");
  ask("open");
  const auto run_on = [&](const json& sessions) {
    return worker.answer(
        {{"type", "run"}, {"sessions", sessions}, {"count", 4}, {"scenario", "multi_stream"}});
  };
  EXPECT_EQ(run_on({1, 2}).at("samples_ns").size(), 4u);
  expect_failure(run_on({1, 3}), "run_failed", "session 3 is not open");
  expect_failure(run_on({1, 1}), "run_failed", "named twice");
  expect_failure(run_on(json::array()), "run_failed", "at least 1 session");
  engine.hooks["open"] = [] { throw Unsupported("one session at a time"); };
  expect_failure(ask("open"), "unsupported", "one session at a time");
  EXPECT_EQ(run_on({2, 1}).at("ok"), true);
}

TEST_F(WorkerTest, unloads_and_loads_again) {
  int unloaded = 0;
  engine.hooks["unload"] = [&] { ++unloaded; };
  load();
  ask("open");
  EXPECT_EQ(ask("unload").at("ok"), true);
  EXPECT_EQ(unloaded, 1);
  expect_failure(run(), "run_failed", "session 1 is not open");
  EXPECT_EQ(load().at("ok"), true);
  EXPECT_EQ(ask("open").at("session"), 2) << "a number is never used twice";
}

TEST_F(WorkerTest, adds_busy_threads_and_shares_of_precision_to_the_facts) {
  load();
  EXPECT_EQ(ask("facts").at("facts").get<Facts>().threads, std::nullopt) << "nothing ran yet";
  ask("open");
  bind(std::vector<float>(100'000), {100'000});
  run();
  const auto facts = ask("facts").at("facts").get<Facts>();
  EXPECT_EQ(facts.threads, 1);
  EXPECT_EQ(facts.precision_executed.at("bf16"), 1.0);
}

TEST_F(WorkerTest, reports_memory) {
  const auto memory = worker.answer({{"type", "memory"}, {"reset", true}}).get<MemoryReply>();
  EXPECT_GT(memory.rss, 1 << 20);
  EXPECT_GE(memory.peak_rss, memory.rss * 9 / 10);
}

}  // namespace
}  // namespace assay
