// SPDX-License-Identifier: MIT
// WorkerProcess is one live worker: a child process that speaks the protocol of engine/messages.h,
// and a deadline for each request. However it ends (crash, hang, rubbish, memory), a request
// returns a reply or a Failure; nothing is thrown for what a worker did. Destroying it kills and
// reaps the child.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/messages.h"
#include "engine/wire.h"
#include "run/child_process.h"

namespace assay {

struct WorkerOptions {
  std::vector<std::string> command;                // launcher prefix and the worker's executable
  std::map<std::string, std::string> environment;  // set on top of the cleaned environment
  int64_t memory_cap_bytes = 0;                    // resident; 0: none
  double hello_deadline_seconds = 30;
  const std::atomic<bool>* stop = nullptr;  // once true, requests fail with kInterrupted soon after
};

// The reason of the Failure (run_failed) of a request that was given up because of
// WorkerOptions::stop.
inline constexpr const char* kInterrupted = "interrupted";

using Reply = std::variant<nlohmann::json, Failure>;

class WorkerProcess {
 public:
  // Spawns and waits for hello; Failure (load_failed, timed_out, crashed, ...) when it does not
  // come.
  static std::variant<std::unique_ptr<WorkerProcess>, Failure> start(const WorkerOptions& options);
  WorkerProcess(const WorkerProcess&) = delete;

  const EngineInfo& info() const { return x_info; }
  pid_t pid() const { return x_child->pid(); }
  // The last line that the worker wrote to standard error, for reasons; empty when there is none.
  std::string last_words() const;
  // CPU time of all its threads so far, also while it is idle; nothing once it has ended.
  std::optional<int64_t> cpu_ns() const;
  // The Failure that ended the process, if it has ended.
  const std::optional<Failure>& end() const { return x_end; }

  // Sends {"type": ..., fields} and waits. A Failure is what the worker replied (it lives on), or
  // how it ended: then every later request fails in the same way.
  Reply request(const nlohmann::json& message, double deadline_seconds);
  // Ends the worker as crashed, for an answer that its caller found to be rubbish.
  Failure condemn(const std::string& reason) { return ended_with({Outcome::crashed, reason}); }

 private:
  WorkerProcess() = default;
  std::optional<Failure> greet(double deadline_seconds);
  std::variant<nlohmann::json, Failure> receive(const std::string& what, int64_t deadline_ns);
  std::optional<Failure> send(const std::string& what, const nlohmann::json& message,
                              int64_t deadline_ns);
  // Waits until `descriptor` is ready for `events`, or the child ends; a Failure at the deadline.
  std::optional<Failure> await(const std::string& what, int descriptor, short events,
                               int64_t& deadline_ns);
  void ask_to_stop();     // a run under way, so that what it has is not lost
  bool read_available();  // false at end of file
  Failure ended_with(Failure failure);
  Failure ended_by_itself(const std::string& what);

  std::unique_ptr<ChildProcess> x_child;
  FrameDecoder x_decoder;
  EngineInfo x_info;
  int64_t x_memory_cap_bytes = 0;
  const std::atomic<bool>* x_stop = nullptr;
  std::optional<Failure> x_end;
};

}  // namespace assay
