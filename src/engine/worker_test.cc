// SPDX-License-Identifier: MIT
#include "engine/worker.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.h"
#include "base/files.h"
#include "engine/wire.h"

namespace assay {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// Adds 1 to its input "x"; each step first does what the test says.
struct StubEngine : Engine {
  using Hooks = std::map<std::string, std::function<void()>>;
  static void step(const Hooks& hooks, const char* name) {
    if (const auto it = hooks.find(name); it != hooks.end()) it->second();
  }

  struct StubSession : Session {
    explicit StubSession(const Hooks& given) : hooks(given) {}
    void bind(std::span<const Binding> inputs) override {
      step(hooks, "bind");
      input = inputs[0];
    }
    void run() override {
      step(hooks, "run");
      values.assign(input.bytes.size() / sizeof(float), 1);
      const auto* x = reinterpret_cast<const float*>(input.bytes.data());
      for (size_t i = 0; i < values.size(); ++i) values[i] += x[i];
    }
    std::vector<Binding> outputs() override {
      return {{"y", DType::f32, input.shape, std::as_writable_bytes(std::span(values))}};
    }
    const Hooks& hooks;
    Binding input;
    std::vector<float> values;
  };

  struct StubProgram : Program {
    explicit StubProgram(StubEngine& given) : engine(given), hooks(given.hooks) {}
    ~StubProgram() override { step(hooks, "unload"); }
    std::unique_ptr<Session> open() override {
      step(hooks, "open");
      auto session = std::make_unique<StubSession>(hooks);
      engine.last = session.get();
      return session;
    }
    Facts facts() override {
      Facts facts;
      facts.layers.resize(1);
      facts.layers[0].precision = "bf16";
      facts.layers[0].macs = 10;
      return facts;
    }
    StubEngine& engine;
    const Hooks& hooks;
  };

  EngineInfo info() override {
    step(hooks, "info");
    return {.name = "stub",
            .version = "1",
            .devices = {"cpu"},
            .precisions = {"fp32"},
            .options = {{"level", "int", "1", ""}},
            .formats = {"onnx"}};
  }
  std::unique_ptr<Program> load(const LoadRequest&) override {
    step(hooks, "load");
    return std::make_unique<StubProgram>(*this);
  }
  Hooks hooks;
  StubSession* last = nullptr;
};

struct WorkerTest : testing::Test {
  void SetUp() override { ASSERT_EQ(worker.hello().at("ok"), true); }

  json load(const Configuration& configuration = {}) {
    return worker.answer({{"type", "load"}, {"request", LoadRequest{"m.onnx", configuration}}});
  }
  json bind(const std::vector<float>& values, Shape shape, bool further = false) {
    const auto path = folder.path() / "x.raw";
    write_file(path, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    const TensorFile file{"x", DType::f32, std::move(shape), path};
    return worker.answer(
        {{"type", "bind"}, {"session", 1}, {"inputs", {file}}, {"further", further}});
  }
  json run() { return worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 3}}); }
  json ask(const char* type) {
    return worker.answer({{"type", type}, {"session", 1}, {"folder", folder.path().string()}});
  }
  void expect_failure(const json& reply, const char* outcome, const char* words) {
    EXPECT_EQ(reply.at("ok"), false);
    EXPECT_EQ(reply.at("outcome"), outcome);
    EXPECT_THAT(reply.at("reason").get<std::string>(), HasSubstr(words));
  }

  TempDir folder;
  StubEngine engine;
  Worker worker{engine};
};

TEST_F(WorkerTest, says_hello_with_the_protocol_and_the_engine) {
  const json hello = worker.hello();
  EXPECT_EQ(hello.at("protocol"), kProtocolVersion);
  EXPECT_EQ(hello.at("info").at("name"), "stub");
}

TEST_F(WorkerTest, says_why_the_engine_cannot_even_say_what_it_is) {
  engine.hooks["info"] = [] { throw std::runtime_error("no plug-in"); };
  expect_failure(worker.hello(), "load_failed", "no plug-in");
}

TEST_F(WorkerTest, computes_from_files_to_files) {
  ASSERT_EQ(load().at("ok"), true);
  ASSERT_EQ(ask("open").at("session"), 1);
  ASSERT_EQ(bind({1, 2, 3}, {1, 3}).at("ok"), true);
  ASSERT_EQ(run().at("samples_ns").size(), 3u);
  const auto files = ask("outputs").at("outputs").get<std::vector<TensorFile>>();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].name, "y");
  EXPECT_EQ(files[0].shape, (Shape{1, 3}));
  const std::string bytes = read_file(files[0].path);
  ASSERT_EQ(bytes.size(), 12u);
  EXPECT_EQ(*reinterpret_cast<const float*>(bytes.data() + 8), 4.0f);
}

TEST_F(WorkerTest, gives_each_call_the_next_of_its_inputs_where_fresh_ones_are_asked_for) {
  load();
  ask("open");
  std::vector<float> seen;
  engine.hooks["run"] = [&] {
    seen.push_back(*reinterpret_cast<const float*>(engine.last->input.bytes.data()));
  };
  const auto run_fresh = [&](bool transfer) {
    seen.clear();
    const json reply = worker.answer({{"type", "run"},
                                      {"sessions", {1}},
                                      {"count", 5},
                                      {"fresh_inputs", true},
                                      {"include_transfer", transfer}});
    EXPECT_EQ(reply.at("samples_ns").size(), 5u) << reply.dump();
    return seen;
  };
  bind({7}, {1});
  EXPECT_EQ(run_fresh(false), (std::vector<float>{7, 7, 7, 7, 7}));
  bind({1}, {1});
  bind({2}, {1}, true);
  ASSERT_EQ(bind({3}, {1}, true).at("ok"), true);
  EXPECT_EQ(run_fresh(false), (std::vector<float>{1, 2, 3, 1, 2}));
  EXPECT_EQ(run_fresh(true), (std::vector<float>{3, 1, 2, 3, 1}));
  seen.clear();
  run();
  EXPECT_EQ(seen, (std::vector<float>{1, 1, 1})) << "not asked for: the inputs stay";
  bind({9}, {1});
  EXPECT_EQ(run_fresh(false), (std::vector<float>{9, 9, 9, 9, 9})) << "in place of all others";
  expect_failure(worker.answer({{"type", "run"},
                                {"scenario", "offline"},
                                {"sessions", {1}},
                                {"count", 5},
                                {"fresh_inputs", true}}),
                 "run_failed", "for single_stream");
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

TEST_F(WorkerTest, refuses_inputs_that_do_not_fit_their_file) {
  load();
  ask("open");
  expect_failure(bind({1, 2, 3}, {1, 4}), "run_failed", "1x4");
  expect_failure(bind({1, 2, 3}, {-1, 3}), "run_failed", "");
  expect_failure(bind({1, 2, 3}, {int64_t{1} << 62, 64}), "run_failed", "");
  const json missing = {{"name", "x"}, {"dtype", "f32"}, {"shape", {1}}, {"path", "/nowhere"}};
  expect_failure(worker.answer({{"type", "bind"}, {"session", 1}, {"inputs", {missing}}}),
                 "run_failed", "/nowhere");
}

TEST_F(WorkerTest, keeps_the_former_inputs_when_binding_others_fails) {
  load();
  ask("open");
  bind({1, 2, 3}, {3});
  engine.hooks["bind"] = [] { throw std::runtime_error("wrong shape"); };
  expect_failure(bind({7}, {1}), "run_failed", "wrong shape");
  EXPECT_EQ(run().at("ok"), true);
}

TEST_F(WorkerTest, copies_inputs_and_outputs_in_every_call_when_the_transfer_counts) {
  load();
  ask("open");
  bind({1, 2, 3}, {3});
  int binds = 0;
  engine.hooks["bind"] = [&] { ++binds; };
  ASSERT_EQ(run().at("ok"), true);
  EXPECT_EQ(binds, 0);
  // An engine may write to what it was given; the next call has the inputs again.
  engine.hooks["run"] = [&] { engine.last->input.bytes[0] ^= std::byte{0x40}; };
  const json reply =
      worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 3}, {"include_transfer", true}});
  ASSERT_EQ(reply.at("ok"), true);
  EXPECT_EQ(binds, 3);
  engine.hooks["run"] = [] {};
  worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 1}, {"include_transfer", true}});
  const auto files = ask("outputs").at("outputs").get<std::vector<TensorFile>>();
  EXPECT_EQ(*reinterpret_cast<const float*>(read_file(files[0].path).data()), 2.0f);
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
