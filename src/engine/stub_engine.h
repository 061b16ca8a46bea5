// SPDX-License-Identifier: MIT
// For tests: an engine that does what the test says at each step, and the worker around it, asked
// without a process.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "engine/engine.h"
#include "engine/messages.h"
#include "engine/worker.h"

namespace assay {

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

  nlohmann::json load(const Configuration& configuration = {}) {
    return worker.answer({{"type", "load"}, {"request", LoadRequest{"m.onnx", configuration}}});
  }
  nlohmann::json bind(const std::vector<float>& values, Shape shape, bool further = false) {
    const auto path = folder.path() / "x.raw";
    write_file(path, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    const TensorFile file{"x", DType::f32, std::move(shape), path};
    return worker.answer(
        {{"type", "bind"}, {"session", 1}, {"inputs", {file}}, {"further", further}});
  }
  nlohmann::json run() { return worker.answer({{"type", "run"}, {"sessions", {1}}, {"count", 3}}); }
  nlohmann::json ask(const char* type) {
    return worker.answer({{"type", type}, {"session", 1}, {"folder", folder.path().string()}});
  }
  void expect_failure(const nlohmann::json& reply, const char* outcome, const char* words) {
    EXPECT_EQ(reply.at("ok"), false);
    EXPECT_EQ(reply.at("outcome"), outcome);
    EXPECT_THAT(reply.at("reason").get<std::string>(), testing::HasSubstr(words));
  }

  TempDir folder;
  StubEngine engine;
  Worker worker{engine};
};

}  // namespace assay
