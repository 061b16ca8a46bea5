// SPDX-License-Identifier: MIT
// Worker answers requests with one engine: the protocol without its transport. Whatever the engine
// throws becomes a failed reply here, so foreign exceptions go no further.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/crew.h"
#include "engine/messages.h"

namespace assay {

class Worker {
 public:
  // `interrupted`: the host has more to say while a run is under way, which then ends early.
  explicit Worker(
      Engine& engine, Interrupted interrupted = [] { return false; })
      : x_engine(engine), x_interrupted(std::move(interrupted)) {}

  // The first message: protocol version and info, or why the engine cannot even say what it is.
  nlohmann::json hello();
  // Never throws: a wrong request, too, gets {"ok": false, ...}.
  nlohmann::json answer(const nlohmann::json& request);

 private:
  struct Handler;

  nlohmann::json supports(const nlohmann::json& request);
  nlohmann::json load(const nlohmann::json& request);
  nlohmann::json open(const nlohmann::json& request);
  nlohmann::json bind(const nlohmann::json& request);
  nlohmann::json run(const nlohmann::json& request);
  nlohmann::json outputs(const nlohmann::json& request);
  nlohmann::json facts(const nlohmann::json& request);
  nlohmann::json memory(const nlohmann::json& request);
  nlohmann::json unload(const nlohmann::json& request);

  std::optional<std::string> why_not(const LoadRequest& request);
  Program& program();
  OpenSession& session(int number);

  Engine& x_engine;
  Interrupted x_interrupted;
  EngineInfo x_info;
  std::unique_ptr<Program> x_program;
  std::map<int, OpenSession> x_sessions;  // after x_program: sessions go first
  int x_next_session = 1;
  // Of the longest burst since load: what facts() says of threads.
  int64_t x_longest_burst_ns = 0;
  int x_busy_threads = 0;
};

}  // namespace assay
