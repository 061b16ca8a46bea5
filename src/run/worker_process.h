// SPDX-License-Identifier: MIT
// WorkerProcess is one live worker: a child process, its pipes and a deadline for each request.
// However it ends (reply, crash, hang, rubbish, memory), a request returns a reply or a Failure;
// nothing is thrown for what a worker did. Destroying it kills and reaps the child.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "engine/messages.h"

namespace assay {

struct WorkerOptions {
  std::vector<std::string> command;                // launcher prefix and the worker's executable
  std::map<std::string, std::string> environment;  // set on top of the cleaned environment
  int64_t memory_cap_bytes = 0;                    // resident; 0: none
  double hello_deadline_seconds = 30;
};

using Reply = std::variant<nlohmann::json, Failure>;

class WorkerProcess {
 public:
  // Spawns and waits for hello; Failure (load_failed, timed_out, crashed, ...) when it does not
  // come.
  static std::variant<std::unique_ptr<WorkerProcess>, Failure> start(const WorkerOptions& options);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;

  const EngineInfo& info() const { return x_info; }
  pid_t pid() const { return x_pid; }
  // The last lines that the worker wrote to standard error, for reasons.
  std::string last_words() const;

  // Sends and waits. After a Failure that ended the process every later request fails in the same
  // way.
  Reply request(const nlohmann::json& message, double deadline_seconds);

 private:
  WorkerProcess() = default;
  EngineInfo x_info;
  pid_t x_pid = -1;
  // ... (descriptors, decoder, reader of standard error, memory watch)
};

}  // namespace assay
